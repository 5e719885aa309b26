import type { Series } from './time-chart';

interface SpokenProps<Point> {
  readonly label: string;
  readonly points: readonly Point[];
  readonly series: readonly Series<Point>[];
  readonly format: (value: number) => string;
}

/** Of each line what it is now and between what it was: what one would read off the drawing. */
export function Spoken<Point>({ label, points, series, format }: SpokenProps<Point>) {
  return (
    <table className="visually-hidden">
      <caption>{label}, last 5 minutes</caption>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Now</th>
          <th scope="col">Lowest</th>
          <th scope="col">Highest</th>
        </tr>
      </thead>
      <tbody>
        {series.map(({ name, value }) => {
          const values = points.map(value).filter((each) => each !== null);
          const text = (number: number | undefined) => (number === undefined ? 'none' : format(number));
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{text(values.at(-1))}</td>
              <td>{values.length > 0 ? format(Math.min(...values)) : 'none'}</td>
              <td>{values.length > 0 ? format(Math.max(...values)) : 'none'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
