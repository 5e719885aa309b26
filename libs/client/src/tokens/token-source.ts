// Asks the app for a token, with a deadline: an app's request that hangs must not hang the client.
import { isText } from '../frames.js';
import { readToken, type UserToken } from './user-token.js';

const TOKEN_MS = 30_000;

export type TokenFunction = () => Promise<string> | string;

/** @throws what the function throws, or that it gave nothing, or nothing in time */
export async function fetchToken(token: TokenFunction): Promise<UserToken> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`token() gave nothing within ${TOKEN_MS / 1000} s`)), TOKEN_MS);
  });
  try {
    const text: unknown = await Promise.race([token(), late]);
    if (!isText(text) || text === '') throw new Error('token() gave no text; it should give the token itself');
    return readToken(text);
  } finally {
    clearTimeout(timer);
  }
}
