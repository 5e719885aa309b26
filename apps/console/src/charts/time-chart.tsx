/** Lines over the last minutes. What is drawn is for the eye; the same is said in a table for those who do not see it. */
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { timeOfDay } from '../format/times';
import { Spoken } from './spoken';
import './charts.css';

export interface Series<Point> {
  readonly name: string;
  readonly value: (point: Point) => number | null;
  readonly colour: string;
  /** Colour alone would not tell lines apart. */
  readonly dashes?: string;
}

interface TimeChartProps<Point> {
  readonly label: string;
  readonly points: readonly Point[];
  readonly series: readonly Series<Point>[];
  readonly windowMs: number;
  readonly format: (value: number) => string;
  /** Nothing lies between two numbers. */
  readonly isWhole?: boolean;
}

const HEIGHT = 152;
const MINUTES = 5;
const MINUTE_MS = 60_000;

export function TimeChart<Point extends { readonly at: number }>(props: TimeChartProps<Point>) {
  const { label, points, series, windowMs, format, isWhole = false } = props;
  const until = points.at(-1)?.at ?? 0;
  const ticks = Array.from({ length: MINUTES }, (_, ago) => until - (MINUTES - 1 - ago) * MINUTE_MS);
  return (
    <figure className="chart">
      <div aria-hidden="true">
        <ResponsiveContainer width="100%" height={HEIGHT} initialDimension={{ width: 320, height: HEIGHT }}>
          <LineChart data={[...points]} accessibilityLayer={false} margin={{ top: 8, right: 16, bottom: 0, left: 0 }}>
            <CartesianGrid stroke="var(--border)" vertical={false} />
            <XAxis
              dataKey="at"
              type="number"
              domain={[until - windowMs, until]}
              ticks={ticks}
              tickFormatter={(at: number) => minutesAgo(until - at)}
              {...axis}
            />
            <YAxis
              width={72}
              tickCount={4}
              domain={[0, 'auto']}
              allowDecimals={!isWhole}
              tickFormatter={format}
              {...axis}
            />
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(at) => timeOfDay(Number(at))}
              formatter={(value) => format(Number(value))}
            />
            {series.map(({ name, value, colour, dashes = '' }) => (
              <Line
                key={name}
                name={name}
                dataKey={value}
                stroke={colour}
                strokeDasharray={dashes}
                strokeWidth={1.75}
                dot={points.length === 1}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
        {series.length > 1 && <Legend series={series} />}
      </div>
      <Spoken label={label} points={points} series={series} format={format} />
    </figure>
  );
}

const axis = { tick: { fill: 'var(--muted)', fontSize: 12 }, tickLine: false, axisLine: false } as const;

const minutesAgo = (ms: number): string => (ms === 0 ? 'now' : `−${Math.round(ms / MINUTE_MS)} min`);

function Legend({ series }: { readonly series: readonly Series<never>[] }) {
  return (
    <ul className="chart-legend">
      {series.map(({ name, colour, dashes }) => (
        <li key={name}>
          <svg width="20" height="8">
            <line x1="0" y1="4" x2="20" y2="4" stroke={colour} strokeWidth="2" strokeDasharray={dashes} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
