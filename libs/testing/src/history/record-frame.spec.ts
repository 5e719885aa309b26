import type { Frame } from '../protocol/frames.js';
import { History } from './history.js';
import { recordFrame } from './record-frame.js';

test('frames as they come are recorded; messages without a key, and other events, are passed over', () => {
  const history = new History();
  const device = history.device('a', 'phone');
  device.joined('all');
  history.accepted({ id: '1', payloadKey: 'k', audience: { timeline: 'all' }, offset: 3, epoch: 'e' });
  const sent = (id: string, payload: unknown) => ({ id, type: 't', priority: 'normal', at: 1, payload });
  const frames = [
    {
      event: 'connected',
      data: { timelines: [{ timeline: 'all', epoch: 'e', head: 3, read: 0, unread: 1, from: 0 }] },
    },
    { event: 'reset', data: { timeline: 'all', epoch: 'e', from: 2, reason: 'trimmed' } },
    { event: 'message', data: { timeline: 'all', offset: 3, epoch: 'e', message: sent('1', 'k') } },
    { event: 'message', data: { timeline: 'user:a', message: sent('2', { nonce: 1 }) } },
    { event: 'error', data: { code: 'x', message: 'y' } },
    { event: 'synced', data: {} },
  ] as unknown as Frame[];
  const keyOf = ({ payload }: { payload: unknown }): string | undefined =>
    typeof payload === 'string' ? payload : undefined;
  for (const frame of frames) recordFrame(device, frame, keyOf);
  expect(device.deliveries).toEqual([{ timeline: 'all', offset: 3, epoch: 'e', id: '1', payloadKey: 'k' }]);
  expect(history.verdict()).toMatchObject({ violations: [], counts: { connections: 1, resets: 1 } });
});
