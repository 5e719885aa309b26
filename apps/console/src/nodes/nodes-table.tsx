import type { NodeView } from '@fanfare/contracts';
import { count } from '../format/numbers';
import { Time } from '../format/time';
import { Badge } from '../page/badge';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';

export const shown = (value: number | undefined): string => (value === undefined ? '–' : count(value));

const columns = columnsOf<NodeView>([
  { header: 'Node', card: 'title', sortBy: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
  { header: 'State', sortBy: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
  {
    header: 'Lease left',
    align: 'end',
    sortBy: ({ leaseMs }) => leaseMs,
    cell: ({ leaseMs }) => `${(leaseMs / 1000).toFixed(1)} s`,
  },
  { header: 'Sessions', align: 'end', sortBy: ({ sessions }) => sessions, cell: ({ sessions }) => count(sessions) },
  {
    header: 'Delivered',
    align: 'end',
    sortBy: ({ delivered }) => delivered,
    cell: ({ delivered }) => shown(delivered),
  },
  {
    header: 'Link sequence',
    align: 'end',
    sortBy: ({ linkSequence }) => linkSequence,
    cell: ({ linkSequence }) => shown(linkSequence),
  },
  { header: 'Gaps', align: 'end', sortBy: ({ gaps }) => gaps, cell: ({ gaps }) => shown(gaps) },
  {
    header: 'Started',
    sortBy: ({ startedAt }) => startedAt,
    cell: ({ startedAt }) => (startedAt === undefined ? '–' : <Time at={startedAt} />),
  },
  { header: 'Process', card: 'wide', sortBy: whereOf, cell: whereOf },
]);

function StateBadge({ state }: Pick<NodeView, 'state'>) {
  return state === 'alive' ? <Badge tone="good">alive</Badge> : <Badge tone="bad">late</Badge>;
}

export function NodesTable({ nodes }: { readonly nodes: NodeView[] }) {
  return <DataTable label="Nodes that are alive" columns={columns} rows={nodes} rowId={({ id }) => id} isSortable />;
}

function whereOf({ host, pid, version }: NodeView): string {
  if (host === undefined) return '–';
  return [host, pid !== undefined && `pid ${pid}`, version].filter(Boolean).join(' · ');
}
