import type { StatsAnswer } from '@fanfare/contracts';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { compact, count } from '../format/numbers';

export function Tiles({ stats }: { readonly stats: StatsAnswer }) {
  const { usersOnline, nodes, jobs, deadLetters, published, delivered } = stats;
  return (
    <dl className="tiles">
      <Tile name="Users online">{count(usersOnline)}</Tile>
      <Tile name="Gateways" isBad={nodes === 0}>
        <Link to="/nodes">{count(nodes)}</Link>
      </Tile>
      <Tile name="Published">{compact(published)}</Tile>
      <Tile name="Delivered">{compact(delivered)}</Tile>
      <Tile name="Jobs running">
        <Link to="/jobs?state=running">{count(jobs.running)}</Link>
      </Tile>
      <Tile name="Scheduled">
        <Link to="/jobs?state=scheduled">{count(jobs.scheduled)}</Link>
      </Tile>
      <Tile name="Dead letters" isBad={deadLetters > 0}>
        <Link to="/dead-letters">{count(deadLetters)}</Link>
      </Tile>
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Tile({ name, isBad = false, children }: TileProps) {
  return (
    <div className={isBad ? 'tile tile-bad' : 'tile'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
