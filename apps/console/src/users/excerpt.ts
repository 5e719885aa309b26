const EXCERPT_CHARS = 120;

/** The beginning of a payload, for a row of a table. */
export function excerpt(payload: unknown): string {
  const text = JSON.stringify(payload) ?? 'null';
  return text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}…` : text;
}
