// From the frames of a session to the history of its device.
import type { DeliveredMessage } from '../http/answers.js';
import type { EventName, Frame } from '../protocol/frames.js';
import type { DeviceHistory } from './device-history.js';

/** The key that the test put into the payload; undefined: a message that is not to be judged. */
export type KeyOf = (message: DeliveredMessage) => string | undefined;

type AnyFrame = { readonly [Name in EventName]: Frame<Name> & { readonly event: Name } }[EventName];

/** To be called for every frame, in the order of their arrival; those that tell nothing of messages are passed over. */
export function recordFrame(device: DeviceHistory, given: Frame, keyOf: KeyOf): void {
  const frame = given as AnyFrame;
  if (frame.event === 'connected') device.connected(frame.data.timelines);
  if (frame.event === 'reset') device.reset(frame.data);
  if (frame.event !== 'message') return;
  const { timeline, offset, epoch, message } = frame.data;
  const payloadKey = keyOf(message);
  if (payloadKey !== undefined) device.message({ timeline, offset, epoch, id: message.id, payloadKey });
}
