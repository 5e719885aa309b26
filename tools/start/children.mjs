// The children of `npm start`: a Redis of its own, and the services.
import { join } from 'node:path';
import { root, stateFolder } from '../bootstrap/paths.mjs';
import { isHttpReady, isRedisReady } from './probe.mjs';
import { serviceEnvironment } from './settings.mjs';

/**
 * @typedef {import('./settings.mjs').Settings} Settings
 * @typedef {import('./supervised-child.mjs').ChildSpec} ChildSpec
 */

/** What a service may need to end itself after its sessions have been sent away. */
const BEYOND_DRAIN_MS = 10_000;

/** @param {string} name */
const logFile = (name) => join(stateFolder('logs'), `${name}.log`);

/**
 * Accepted means stored: `deploy/redis.conf` has the append-only file with `appendfsync always`.
 * @param {import('../bootstrap/redis.mjs').RedisServer} server
 * @param {Settings} settings
 * @returns {ChildSpec}
 */
export function redisChild(server, { redisPort: { port } }) {
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', stateFolder('data'), '--daemonize', 'no'];
  return {
    name: 'redis',
    command: server.command,
    args: [...server.args, join(root, 'deploy', 'redis.conf'), ...own],
    env: { ...process.env, ...server.env },
    cwd: root,
    logFile: logFile('redis'),
    isReady: () => isRedisReady(port),
    readyWithinMs: 120_000, // a long append-only file is read first
    stopWithinMs: 10_000,
  };
}

/**
 * @param {Settings} settings
 * @returns {ChildSpec[]}
 */
export function serviceChildren(settings) {
  // Node 22.1 and newer start faster when they keep what they compiled; older ones know nothing of it.
  const quicker = { NODE_COMPILE_CACHE: stateFolder('compiled') };
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...quicker, ...process.env, ...serviceEnvironment(settings, process.env) };
  return settings.services.map(({ name, port }) => ({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', '--max-semi-space-size=32', join('apps', name, 'dist', 'main.js')],
    env,
    cwd: root,
    logFile: logFile(name),
    isReady: () => isHttpReady(`http://${settings.reachableAt}:${port}/health/ready`),
    readyWithinMs: 60_000,
    stopWithinMs: Number(env['FANFARE_DRAIN_SECONDS']) * 1000 + BEYOND_DRAIN_MS,
  }));
}
