import type { Series } from '../charts/time-chart';
import { TimeChart } from '../charts/time-chart';
import { bytes, count, milliseconds, rate } from '../format/numbers';
import { Panel } from '../page/panel';
import { type Sample, useHistory, WINDOW_MS } from './history';

const first = 'var(--accent)';
const second = 'var(--chart-second)';

/** So that the axis has round numbers. */
const MIB = 1024 ** 2;

interface Chart {
  readonly title: string;
  readonly series: readonly Series<Sample>[];
  readonly format: (value: number) => string;
  /** What the number beside the title is; the first line by default. */
  readonly now?: (sample: Sample) => number | null;
  readonly isWide?: boolean;
}

const charts: readonly Chart[] = [
  {
    title: 'Sessions',
    format: count,
    series: [{ name: 'Sessions', value: ({ sessions }) => sessions, colour: first }],
  },
  {
    title: 'Deliveries a second',
    format: rate,
    series: [{ name: 'Deliveries', value: ({ delivered }) => delivered, colour: first }],
  },
  {
    title: 'Published a second',
    format: rate,
    series: [{ name: 'Published', value: ({ published }) => published, colour: first }],
  },
  {
    title: 'Delivery time, p99',
    format: milliseconds,
    now: ({ p99Ms }) => p99Ms,
    series: [
      { name: 'p99', value: ({ p99Ms }) => p99Ms, colour: first },
      { name: 'p50', value: ({ p50Ms }) => p50Ms, colour: second, dashes: '4 3' },
    ],
  },
  {
    title: 'Redis memory',
    format: (mebibytes) => bytes(mebibytes * MIB),
    series: [{ name: 'Memory', value: ({ memory }) => memory / MIB, colour: first }],
  },
  {
    title: 'Redis latency',
    format: milliseconds,
    series: [{ name: 'Slowest ping', value: ({ pingMs }) => pingMs, colour: first }],
  },
  {
    title: 'Lane depth',
    format: count,
    isWide: true,
    now: ({ urgent, high, normal, bulk }) => urgent + high + normal + bulk,
    series: [
      { name: 'urgent', value: ({ urgent }) => urgent, colour: 'var(--bad)' },
      { name: 'high', value: ({ high }) => high, colour: second, dashes: '6 2' },
      { name: 'normal', value: ({ normal }) => normal, colour: first, dashes: '3 3' },
      { name: 'bulk', value: ({ bulk }) => bulk, colour: 'var(--muted)', dashes: '1 3' },
    ],
  },
];

export function Charts() {
  const samples = useHistory();
  const latest = samples.at(-1);
  return (
    <div className="charts">
      {charts.map(({ title, series, format, isWide = false, now = series[0]?.value }) => {
        const value = latest && now ? now(latest) : null;
        return (
          <Panel
            key={title}
            title={title}
            className={isWide ? 'chart-wide' : ''}
            aside={<span className="chart-now">{value === null ? '–' : format(value)}</span>}
          >
            <TimeChart
              label={title}
              points={samples}
              series={series}
              windowMs={WINDOW_MS}
              format={format}
              isWhole={format === count}
            />
          </Panel>
        );
      })}
    </div>
  );
}
