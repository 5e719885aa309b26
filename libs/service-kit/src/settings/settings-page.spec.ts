import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsAsMarkdown } from './settings-page.js';

/** Prettier aligns the columns of the page; only the words are compared. */
const words = (markdown: string) => markdown.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

test('the table of settings in docs/operations.md is current', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/operations.md'), 'utf8');
  const [, table] = /<!-- settings -->\n\n([^]*?)\n\n<!-- \/settings -->/.exec(page) ?? [];
  expect(words(table ?? '')).toBe(words(settingsAsMarkdown()));
});
