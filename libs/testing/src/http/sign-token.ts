// Makes users' tokens of any kind, the wrong ones above all: what the api would never give out has to be refused too.
import { createHmac } from 'node:crypto';

export interface TokenParts {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly secret: string;
  /** Default: `{alg: 'HS256', typ: 'JWT'}`. With `alg: 'none'` the signature is left empty. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A JWT in compact form (RFC 7519), signed by HMAC with SHA-256 whatever its header says. */
export function signToken({ claims, secret, header = { alg: 'HS256', typ: 'JWT' } }: TokenParts): string {
  const content = `${encode(header)}.${encode(claims)}`;
  const isUnsigned = header['alg'] === 'none';
  return `${content}.${isUnsigned ? '' : createHmac('sha256', secret).update(content).digest('base64url')}`;
}

function encode(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
