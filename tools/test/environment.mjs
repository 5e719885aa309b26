// The environment of the tests: what somebody has set for their own Fanfare must not reach them, least of all the address
// of a Redis with data in it.

const FOR_TESTS = /^FANFARE_(E2E|TEST)_/;
const SETTING = /^(FANFARE_.*|(API|GATEWAY|WORKER|PRESENCE|MEMBERSHIP)_PORT|LOG_LEVEL)$/;

/**
 * @param {NodeJS.ProcessEnv} env changed in place: every child inherits it
 */
export function dropSettings(env) {
  for (const name of Object.keys(env)) {
    if (SETTING.test(name) && !FOR_TESTS.test(name)) delete env[name];
  }
}
