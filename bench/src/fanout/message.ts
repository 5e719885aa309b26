/** The application's message, the same for all: its number, when it was sent, and text. */
export interface Message {
  readonly value: { readonly bench: string; readonly text: string };
  readonly json: string;
}

/** So that a WebSocket frame of nothing but the message has 175 bytes. */
const JSON_BYTES = 171;
const [SEQUENCE_DIGITS, TIME_DIGITS] = [10, 16];

/**
 * @param sequence from 1, without a hole in what one session is given; bench/native/load.c checks it
 * @param micros from when on its latency counts, by the monotonic clock
 */
export function message(sequence: number, micros = Number(process.hrtime.bigint() / 1000n)): Message {
  const bench = `${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.${String(micros).padStart(TIME_DIGITS, '0')}`;
  const value = { bench, text: TEXT };
  return { value, json: JSON.stringify(value) };
}

const EMPTY = JSON.stringify({ bench: '0'.repeat(SEQUENCE_DIGITS + 1 + TIME_DIGITS), text: '' });
const TEXT = 'x'.repeat(JSON_BYTES - EMPTY.length);
