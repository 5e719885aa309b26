// A call as one would type it: what the page does with fetch, a terminal can do with the same words.

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From `/v1` on. */
  readonly path: string;
  readonly body?: unknown;
}

export function curlOf({ method, path, body }: Call, api: string, key: string): string {
  const verb = method === 'GET' || (method === 'POST' && body !== undefined) ? [] : [`-X ${method}`];
  const json = body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`];
  return [
    ['curl', ...verb, quoted(api + path)].join(' '),
    `-H ${quoted(`Authorization: Bearer ${key}`)}`,
    ...json,
  ].join(' \\\n  ');
}

/** For a POSIX shell: nothing inside single quotes is special but the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
