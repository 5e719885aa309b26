// What an event of the server says, in a sentence.

/** @type {Record<string, (data: any) => string>} */
const SENTENCES = {
  connected: ({ user, device, unread }) => {
    const count = typeof unread === 'number' ? unread : unread?.total;
    const known = count === undefined ? '' : `, ${count} unread`;
    return `connected as ${user}${device === undefined ? '' : ` on ${device}`}${known}`;
  },
  synced: () => 'up to date; waiting for messages',
  reset: ({ timeline, from, reason }) => `${timeline}: what is missing up to #${from} is not sent (${reason})`,
  read: ({ timeline, read, unread }) => `${timeline}: read up to #${read}, ${unread} unread`,
  retract: ({ timeline, offset }) => `${timeline}: #${offset} was retracted`,
  membership: ({ group, state }) => `${state} the group ${group}`,
  reconnect: ({ afterMs }) => `the gateway asks to connect again in ${(afterMs ?? 0) / 1000} s`,
  error: ({ code, message }) => `error ${code}: ${message}`,
};

/**
 * @param {string} event
 * @param {any} data
 * @returns {string | undefined} undefined for what concerns nobody at a terminal
 */
export function sentenceFor(event, data) {
  return SENTENCES[event]?.(data);
}
