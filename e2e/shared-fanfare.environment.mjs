// Where the suites run: one process, and so one place to keep the Fanfare that suites without demands of their own share.
// The first that needs it has it started, the end of the run stops it. Starting one for each suite took most of the time.
import { startFanfare, startRedis } from '@fanfare/testing';
import { TestEnvironment } from 'jest-environment-node';

/** The place: on the global object outside of Jest's sandboxes, each of which is gone with its suite. */
export const shared = Symbol.for('fanfare.e2e.shared');

export default class SharedFanfareEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    /** What is shared is looked at and called, never ended by a suite. */
    this.global.sharedFanfare = (redisOptions, options) => (globalThis[shared] ??= start(redisOptions, options));
  }
}

/** One that could not start is not kept: the next suite tries again. */
async function start(redisOptions, options) {
  const redis = await startRedis(redisOptions);
  try {
    return { redis, fanfare: await startFanfare({ ...options, redis }) };
  } catch (error) {
    globalThis[shared] = undefined;
    await redis.stop();
    throw error;
  }
}
