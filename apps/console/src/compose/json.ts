/** JSON as it is typed: the value, or a sentence on what is wrong with it. */
export type Parsed = { readonly value: unknown } | { readonly error: string };

export function parseJson(text: string): Parsed {
  if (text.trim() === '') return { error: 'Any JSON is needed here; null is one.' };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: `No JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Indented, or as it is where it is no JSON. */
export function tidied(text: string): string {
  const parsed = parseJson(text);
  return 'error' in parsed ? text : JSON.stringify(parsed.value, null, 2);
}
