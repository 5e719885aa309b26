/** The same request for a terminal. The key is not in it: it comes from the environment of whoever runs it. */
import type { PublishRequest } from '@fanfare/contracts';

export function curlOf(origin: string, request: PublishRequest): string {
  return [
    `curl -sS ${origin}/v1/messages`,
    `-H "Authorization: Bearer $FANFARE_API_KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

/** For a POSIX shell: within single quotes only these themselves mean something. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
