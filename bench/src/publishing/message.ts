/** What the benchmarks of publishing send: a payload of 250 bytes as JSON, to users in turn. */
export const PAYLOAD_BYTES = 250;

const EMPTY = JSON.stringify({ text: '' }).length;
export const PAYLOAD = { text: 'x'.repeat(PAYLOAD_BYTES - EMPTY) };

/** A message as it is stored, of some id: what plain commands are given to store. */
export const STORED_JSON = JSON.stringify({
  ...{ id: '0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee', type: 'message', priority: 'normal', at: 1_763_739_000_000 },
  payload: PAYLOAD,
});
