import { withSection } from './write-result.js';

const PAGE = 'Before\n<!-- bench a -->\nold\n<!-- end a -->\nbetween\n<!-- bench b -->\n<!-- end b -->\nafter\n';

test('what stands in a section is replaced, and nothing else', () => {
  const page = withSection(withSection(PAGE, 'a', 'new'), 'b', 'first');
  expect(page).toContain('<!-- bench a -->\n\nnew\n\n<!-- end a -->\nbetween\n');
  expect(page).toContain('<!-- bench b -->\n\nfirst\n\n<!-- end b -->\nafter\n');
  expect(page).not.toContain('old');
  expect(withSection(page, 'a', 'new')).toBe(page);
});

test('a page without a place for it is refused by name', () => {
  expect(() => withSection(PAGE, 'c', 'text')).toThrow('<!-- bench c -->');
});
