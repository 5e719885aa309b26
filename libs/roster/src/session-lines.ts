/** A user's open sessions as scripts store them: a line each (lua/includes/sessions.lua). */
export interface OpenSession {
  readonly session: string;
  readonly node: string;
  /** ms */
  readonly since: number;
  readonly device: string;
}

export function parseSessions(lines: string): OpenSession[] {
  if (lines === '') return [];
  return lines.split('\n').map((line) => {
    const [session = '', node = '', since = '0', device = ''] = line.split('\t');
    return { session, node, since: Number(since), device };
  });
}
