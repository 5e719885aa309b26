import type { PrimaryView, StatsAnswer } from '@fanfare/contracts';
import { bytes, compact, count, milliseconds } from '../format/numbers';
import { Badge, type Tone } from '../page/badge';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';

const tones: Readonly<Record<PrimaryView['state'], Tone>> = { ok: 'good', busy: 'warn', away: 'bad' };
const kinds: Readonly<Record<StatsAnswer['redis']['kind'], string>> = {
  single: 'one server',
  sentinel: 'behind Sentinel',
  cluster: 'cluster',
};
const unknown = '–';
const columns = columnsOf<PrimaryView>([
  { header: 'Primary', card: 'title', cell: ({ address }) => <code>{address}</code> },
  { header: 'State', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
  { header: 'Version', cell: ({ version }) => version ?? unknown },
  { header: 'Ping', align: 'end', cell: ({ pingMs }) => shown(pingMs, milliseconds) },
  { header: 'Memory', align: 'end', cell: memory },
  { header: 'Commands a second', align: 'end', cell: ({ opsPerSecond }) => shown(opsPerSecond, compact) },
  { header: 'Clients', align: 'end', cell: ({ clients }) => shown(clients, count) },
  { header: 'Replicas', align: 'end', cell: ({ replicas }) => shown(replicas, count) },
  { header: 'Append-only file', cell: (primary) => <AppendOnlyFile primary={primary} /> },
]);

export function RedisPanel({ redis }: Pick<StatsAnswer, 'redis'>) {
  return (
    <Panel title="Redis" aside={kinds[redis.kind]}>
      <DataTable
        label="Redis primaries"
        columns={columns}
        rows={[...redis.primaries]}
        rowId={({ address }) => address}
      />
    </Panel>
  );
}

function shown(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? unknown : format(value);
}

function memory({ usedMemory, maxMemory }: PrimaryView): string {
  if (usedMemory === undefined) return unknown;
  return maxMemory ? `${bytes(usedMemory)} of ${bytes(maxMemory)}` : bytes(usedMemory);
}

function AppendOnlyFile({ primary: { aofEnabled, aofLastWriteStatus = 'ok' } }: { readonly primary: PrimaryView }) {
  if (aofEnabled === undefined) return <>{unknown}</>;
  if (!aofEnabled) return <Badge tone="warn">off</Badge>;
  return <Badge tone={aofLastWriteStatus === 'ok' ? 'good' : 'bad'}>{aofLastWriteStatus}</Badge>;
}
