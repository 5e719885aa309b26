import type { PrimaryView, StatsAnswer } from '@fanfare/contracts';
import { createColumnHelper } from '@tanstack/react-table';
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
const column = createColumnHelper<PrimaryView>();
const columns = columnsOf<PrimaryView>([
  column.accessor('address', { header: 'Primary', cell: ({ getValue }) => <code>{getValue()}</code> }),
  column.accessor(({ state }) => state, {
    id: 'state',
    header: 'State',
    cell: ({ getValue }) => <Badge tone={tones[getValue()]}>{getValue()}</Badge>,
  }),
  column.accessor('version', { header: 'Version', cell: ({ getValue }) => getValue() ?? unknown }),
  column.accessor('pingMs', {
    header: 'Ping',
    meta: { align: 'end' },
    cell: ({ getValue }) => shown(getValue(), milliseconds),
  }),
  column.accessor(memory, { id: 'memory', header: 'Memory', meta: { align: 'end' } }),
  column.accessor('opsPerSecond', {
    header: 'Commands a second',
    meta: { align: 'end' },
    cell: ({ getValue }) => shown(getValue(), compact),
  }),
  column.accessor('clients', {
    header: 'Clients',
    meta: { align: 'end' },
    cell: ({ getValue }) => shown(getValue(), count),
  }),
  column.accessor('replicas', {
    header: 'Replicas',
    meta: { align: 'end' },
    cell: ({ getValue }) => shown(getValue(), count),
  }),
  column.display({
    id: 'aof',
    header: 'Append-only file',
    cell: ({ row }) => <AppendOnlyFile primary={row.original} />,
  }),
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
