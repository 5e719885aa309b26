// Lanes: a full one refuses and recovers, others go on; urgent lists overtake what waits.
import { until } from '@fanfare/testing';
import { payloads, publish, range } from './acts.js';
import { useStage } from './stage.js';

const depth = 3;
const stage = useStage({ env: { FANFARE_LANE_DEPTH: String(depth), FANFARE_JOB_CLAIM_SECONDS: '1' } });

test('a lane at its depth answers 503 lane_full with Retry-After, others take jobs, and it recovers', async () => {
  const [worker] = stage.fanfare.workers;
  await worker?.stop();
  const alice = stage.name('alice');
  const list = (payload: unknown, priority: 'bulk' | 'urgent') =>
    stage.api.publish({ to: { users: [alice] }, payload, priority });
  for (const number of range(1, depth)) expect((await list(number, 'bulk')).status).toBe(202);
  const refused = await list('too many', 'bulk');
  expect([refused.status, refused.body.code]).toEqual([503, 'lane_full']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await list('urgent', 'urgent')).status).toBe(202);
  await publish(stage.api, { to: { user: alice }, payload: 'single', priority: 'bulk' });

  const next = await stage.fanfare.startAnother('fanout-worker');
  try {
    const client = await stage.connectSynced(alice);
    await client.waitForMessages(`user:${alice}`, depth + 2);
    // Two loops may carry out the first bulk job beside the urgent one; the later ones come behind it.
    expect(payloads(client).indexOf('urgent')).toBeLessThanOrEqual(2);
    expect([...payloads(client)].map(String).sort()).toEqual(['1', '2', '3', 'single', 'urgent']);
    await until(async () => (await list('again', 'bulk')).status === 202, { what: 'room in the lane' });
    await client.waitForMessages(`user:${alice}`, depth + 3);
  } finally {
    await next.stop();
  }
});
