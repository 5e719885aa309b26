/** Injection tokens of what every part of a service may ask for: `@Inject(SETTINGS) settings: Settings`. */
export const SETTINGS = Symbol('settings');
export const SERVICE_NAME = Symbol('service name');
