// Fanfare in a NestJS application: import the module, inject `Fanfare`.
export { FanfareModule, type FanfareModuleAsyncOptions, type FanfareModuleOptions } from './fanfare.module.js';
export { Fanfare, FanfareError } from '../index.js';
