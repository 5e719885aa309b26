import { drawChart } from './draw-chart.js';

const axes = { x: { label: 'members', isLog: true }, y: { label: 'µs a message', isLog: false } };

test('a chart of bars is an SVG that holds its title, its categories and its figures', () => {
  const series = [{ name: 'one', points: [1234, 56] }];
  const svg = drawChart({
    name: 'n',
    title: 'Who is faster',
    kind: 'bar',
    categories: ['left', 'right'],
    ...axes,
    series,
  });
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  for (const text of ['Who is faster', 'left', 'right', '1,230', '56']) expect(svg).toContain(`>${text}<`);
});

test('a chart of lines holds a legend for its series', () => {
  const series = ['gateway', 'Redis'].map((name) => ({
    name,
    points: [
      [10, 1],
      [1000, 2],
    ] as const,
  }));
  const svg = drawChart({ name: 'n', title: 'Cost', kind: 'line', categories: [], ...axes, series });
  for (const text of ['Cost', 'gateway', 'Redis', 'µs a message']) expect(svg).toContain(`>${text}<`);
});

test.each([
  [0.5, '0.1'],
  [1234, '1'],
])('bars on a logarithmic axis stand on a line below them: %d on %s', (value, line) => {
  const y = { label: 'ms', isLog: true };
  const series = [{ name: 'one', points: [value] }];
  const svg = drawChart({ name: 'n', title: 't', kind: 'bar', categories: ['left'], x: axes.x, y, series });
  expect(svg).toContain(`>${line}<`);
});
