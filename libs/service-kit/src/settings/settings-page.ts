/** The table of settings as docs/operations.md shows it; a spec holds the page to it. */
import { type Setting, settingsTable } from './table.js';

export function settingsAsMarkdown(): string {
  const rows = Object.values<Setting<unknown>>(settingsTable).map(
    (setting) => `| \`${setting.variable}\` | ${defaultOf(setting)} | ${setting.description.replaceAll('|', '\\|')} |`,
  );
  return ['| variable | default | what |', '| --- | --- | --- |', ...rows].join('\n');
}

function defaultOf({ fallback }: Setting<unknown>): string {
  if (fallback === undefined) return 'none';
  return fallback === '' ? 'empty' : `\`${fallback}\``;
}
