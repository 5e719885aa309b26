export { Fanfare } from '@fanfare/client';
