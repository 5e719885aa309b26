// Shows a decoded reply: for people, with what can't be printed as escapes, or as JSON.

/** @typedef {Record<string, unknown>} Decoded */

/** Bytes that are no UTF-8 become `{ base64 }`. @param {unknown} value @returns {unknown} */
export function asJson(value) {
  if (Buffer.isBuffer(value)) return textOf(value) ?? { base64: value.toString('base64') };
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asJson(each)]));
}

/** @param {Decoded} reply */
export function replyText({ status, ...fields }) {
  const width = Math.max(0, ...Object.keys(fields).map((name) => name.length));
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(width)}  ${fieldText(value)}`);
  return [String(status), ...lines].join('\n');
}

/** @param {unknown} value @returns {string} */
function fieldText(value) {
  if (!Array.isArray(value)) return scalarText(value);
  if (value.length === 0) return 'none';
  return [`${value.length}`, ...value.map((each) => `    ${rowText(each)}`)].join('\n');
}

/** @param {unknown} row */
function rowText(row) {
  if (typeof row !== 'object' || row === null || Buffer.isBuffer(row)) return scalarText(row);
  return Object.entries(row)
    .map(([name, value]) => `${name} ${scalarText(value)}`)
    .join('  ');
}

/** @param {unknown} value */
function scalarText(value) {
  if (typeof value === 'number') return String(value);
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  const text = textOf(bytes);
  if (text === '') return "''";
  // Nothing that came from elsewhere may steer the terminal.
  return (text ?? bytes.toString('latin1')).replace(/[\p{Cc}\p{Cf}]|[\u0080-\u00ff]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (text !== undefined && code > 0x9f && code < 0x100 && code !== 0xad) return character;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** @param {Buffer} bytes @returns {string | undefined} undefined where it is no UTF-8 */
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
