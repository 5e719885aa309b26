/** What goes wrong, with a code to decide by. Codes of the gateway (docs/protocol.md) are passed on as they are. */
export type FanfareErrorCode =
  /** No answer came in time; it may have been done all the same. */
  | 'timeout'
  /** The connection broke before the answer came, or there is none and nothing is done to have one. */
  | 'disconnected'
  /** Too many requests wait for their answers. */
  | 'busy'
  /** The frame would be larger than the gateway takes. */
  | 'too_large'
  /** `token()` failed; it is asked again. */
  | 'token'
  /** The gateway refused fresh tokens several times in a row. Final. */
  | 'unauthorized'
  /** `token()` gave the token of another user. Final: each user has a Fanfare of their own. */
  | 'user_changed'
  /** The page's origin is not one of FANFARE_ALLOWED_ORIGINS. Final. */
  | 'forbidden_origin'
  /** The backend disconnected this session. Final; `connect()` starts it anew. */
  | 'disconnected_by_backend'
  /** The gateway could not read what was sent. Final: client and gateway do not fit together. */
  | 'protocol'
  /** The storage of positions failed; the client goes on without. */
  | 'storage'
  /** A listener threw; its error is the `cause`. */
  | 'listener'
  | 'no_websocket'
  | 'bad_option'
  | 'closed'
  | (string & {});

export class FanfareError extends Error {
  override readonly name = 'FanfareError';

  constructor(
    readonly code: FanfareErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
