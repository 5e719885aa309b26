// What `npm start` reads from the environment, and the environment that it gives to the services.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../bootstrap/paths.mjs';
import { portFrom } from './ports.mjs';
import { services } from './services.mjs';

export const DEVELOPMENT_KEY = 'fanfare-dev-key';
const REDIS_PORT = 6390;

/**
 * @typedef {import('./services.mjs').Service & import('./ports.mjs').Port} ServiceOnPort
 *
 * @typedef {object} Settings
 * @property {string} host address that the services listen on
 * @property {string} reachableAt host part of the URLs shown to people
 * @property {string | undefined} redisUrl a Redis of somebody else's; ours is started when there is none
 * @property {import('./ports.mjs').Port} redisPort port of our own Redis
 * @property {readonly ServiceOnPort[]} services
 * @property {string} adminKey
 * @property {boolean} hasDemo
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Settings}
 * @throws {import('../bootstrap/trouble.mjs').Trouble} for a port that is none
 */
export function readSettings(env) {
  const host = env['FANFARE_HOST'] || '127.0.0.1';
  const adminKey = env['FANFARE_ADMIN_KEY'] || DEVELOPMENT_KEY;
  return {
    host,
    reachableAt: hostInUrl(host),
    redisUrl: env['FANFARE_REDIS_URL'] || undefined,
    redisPort: portFrom(env, 'FANFARE_REDIS_PORT', REDIS_PORT),
    services: services.map((it) => ({ ...it, ...portFrom(env, it.portEnv, it.defaultPort) })),
    adminKey,
    hasDemo: hasDemo(host, adminKey, env['FANFARE_DEMO']?.trim()),
  };
}

/**
 * The demo holds the API key: it is shown with the key that everybody knows, where nobody else can reach it. Whoever sets
 * FANFARE_DEMO decides.
 * @param {string} host
 * @param {string} adminKey
 * @param {string | undefined} asked
 */
function hasDemo(host, adminKey, asked) {
  if (asked) return asked === 'true';
  return adminKey === DEVELOPMENT_KEY && /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** @param {string} host */
function hostInUrl(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * @param {Settings} settings
 * @param {string} name of a service
 * @returns {number}
 */
export function portOf({ services: all }, name) {
  const service = all.find((it) => it.name === name);
  if (!service) throw new Error(`there is no service ${name}`);
  return service.port;
}

/**
 * What the services get; a variable that is set already stays as it is.
 * @param {Settings} settings
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function serviceEnvironment(settings, env) {
  const api = portOf(settings, 'api');
  const origins = [...new Set([settings.reachableAt, '127.0.0.1', 'localhost'])].map((it) => `http://${it}:${api}`);
  const ports = Object.fromEntries(settings.services.map(({ portEnv, port }) => [portEnv, String(port)]));
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
  return {
    FANFARE_HOST: settings.host,
    FANFARE_REDIS_URL: `redis://127.0.0.1:${settings.redisPort.port}`,
    FANFARE_ADMIN_KEY: settings.adminKey,
    ...(given['FANFARE_JWKS_URL'] ? {} : { FANFARE_TOKEN_SECRET: tokenSecret() }),
    FANFARE_PUBLIC_GATEWAY_URL: `ws://${settings.reachableAt}:${portOf(settings, 'push-gateway')}`,
    FANFARE_ALLOWED_ORIGINS: origins.join(','),
    FANFARE_CORS_ORIGINS: origins.join(','),
    FANFARE_DEMO: String(settings.hasDemo),
    FANFARE_DRAIN_SECONDS: '1', // nobody at a terminal wants to wait for an orderly retreat of many sessions
    ...ports,
    ...given,
  };
}

/** Made once for a checkout, so that tokens outlive a restart. */
function tokenSecret() {
  const file = join(stateFolder(), 'token-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
