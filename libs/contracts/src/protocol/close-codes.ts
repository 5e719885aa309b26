/** WebSocket close codes of the protocol (RFC 6455 section 7.4: 4000 to 4999 are the application's). */
export const closeCodes = {
  goingAway: 1001,
  tooLarge: 1009,
  restarting: 1012,
  badFrame: 4400,
  unauthorized: 4401,
  forbiddenOrigin: 4403,
  tooSlow: 4408,
  disconnected: 4409,
  tooMany: 4429,
  tryLater: 4503,
} as const;
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
