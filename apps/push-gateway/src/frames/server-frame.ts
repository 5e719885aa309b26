/** Frames of the protocol as bytes. Messages are put into them as the JSON that Redis holds: nothing is parsed. */
import type { Ref, ServerEvent, ServerFrames } from '@fanfare/contracts';
import { textFrame } from './text-frame.js';

const MESSAGE_END = Buffer.from('}}');

export function serverFrame<E extends ServerEvent>(event: E, data: ServerFrames[E], ref?: Ref): Buffer {
  return textFrame(Buffer.from(JSON.stringify(ref === undefined ? { event, data } : { event, data, ref })));
}

/** An answer of any handler, also of those that teams add. */
export function answerFrame(event: string, data: unknown, ref: Ref): Buffer {
  return textFrame(Buffer.from(JSON.stringify({ event, data, ref })));
}

/** A message of a timeline. @param body the message as JSON */
export function messageFrame(timeline: string, offset: number, epoch: string, body: Buffer): Buffer {
  const name = JSON.stringify(timeline);
  const head = `{"event":"message","data":{"timeline":${name},"offset":${offset},"epoch":"${epoch}","message":`;
  return textFrame(Buffer.from(head), body, MESSAGE_END);
}

/** A message that no timeline keeps: without offset and epoch. */
export function ephemeralFrame(timeline: string, body: Buffer): Buffer {
  return textFrame(
    Buffer.from(`{"event":"message","data":{"timeline":${JSON.stringify(timeline)},"message":`),
    body,
    MESSAGE_END,
  );
}
