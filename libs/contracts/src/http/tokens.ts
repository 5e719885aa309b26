/** `POST /v1/tokens`: a token with which a user's device connects. */
import { z } from 'zod';
import { deviceId, userId } from '../ids.js';

export const tokenRequest = z.strictObject({
  user: userId,
  device: deviceId.optional().describe('The only device that may use it'),
  ttlSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 24 * 3600)
    .optional()
    .describe('3600 by default'),
});
export type TokenRequest = z.infer<typeof tokenRequest>;

export interface TokenAnswer {
  readonly token: string;
  /** ms */
  readonly expiresAt: number;
  /** The gateway to connect to. */
  readonly url: string;
}
