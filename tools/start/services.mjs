// The services that `npm start` runs, one line each, in the order in which they are shown.

/**
 * @typedef {object} Service
 * @property {string} name folder below apps/
 * @property {string} portEnv setting that names its port
 * @property {number} defaultPort
 */

/** @type {readonly Service[]} */
export const services = [
  { name: 'api', portEnv: 'API_PORT', defaultPort: 3000 },
  { name: 'push-gateway', portEnv: 'GATEWAY_PORT', defaultPort: 3001 },
  { name: 'fanout-worker', portEnv: 'WORKER_PORT', defaultPort: 3002 },
  { name: 'presence', portEnv: 'PRESENCE_PORT', defaultPort: 3003 },
  { name: 'membership', portEnv: 'MEMBERSHIP_PORT', defaultPort: 3004 },
];
