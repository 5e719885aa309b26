export { CLIENT_VERSION } from '@fanfare/client';
