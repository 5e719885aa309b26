// How a gateway refuses what is wrong, and what must be true afterwards.
import type { ProtocolClient } from '@fanfare/testing';
import { settle } from './acts.js';
import type { Stage } from './stage.js';

/** After each test of the file: the processes are the same, and on every gateway a message gets through. */
export function gatewaysLiveOn(stage: Stage): void {
  let pids: (number | undefined)[];
  beforeAll(() => (pids = stage.fanfare.gateways.map(({ pid }) => pid)));
  afterEach(async () => {
    expect(stage.fanfare.gateways.map(({ isRunning, pid }) => isRunning && pid)).toEqual(pids);
    for (const gateway of stage.fanfare.gateways.keys()) {
      const client = await stage.connectSynced(stage.name('alive'), { gateway });
      await settle(stage, client);
    }
  });
}

/** Either is right by the design: an error frame (the session goes on), or a close code. */
export async function isRefused(client: ProtocolClient, ...codes: number[]): Promise<void> {
  const error = client.waitFor('error').then(({ data }) => expect(data.code).toEqual(expect.any(String)));
  const closed = client.waitForClose().then(({ code }) => expect(codes).toContain(code));
  await Promise.any([error, closed]).catch(({ errors }: AggregateError) => {
    throw new Error(`neither an error frame nor close code ${codes.join(' or ')}:\n${errors.map(String).join('\n')}`);
  });
}

export async function expectClose(client: ProtocolClient, code: number): Promise<void> {
  expect((await client.waitForClose()).code).toBe(code);
}
