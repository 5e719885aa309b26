import type { NodeView } from '@fanfare/contracts';
import { createColumnHelper } from '@tanstack/react-table';
import { count } from '../format/numbers';
import { Time } from '../format/time';
import { Badge } from '../page/badge';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';

export const shown = (value: number | undefined): string => (value === undefined ? '–' : count(value));

const column = createColumnHelper<NodeView>();
const columns = columnsOf<NodeView>([
  column.accessor('id', { header: 'Node', cell: ({ getValue }) => <code>{getValue()}</code> }),
  column.accessor('state', {
    header: 'State',
    cell: ({ getValue }) =>
      getValue() === 'alive' ? <Badge tone="good">alive</Badge> : <Badge tone="bad">late</Badge>,
  }),
  column.accessor('leaseMs', {
    header: 'Lease left',
    meta: { align: 'end' },
    cell: ({ getValue }) => `${(getValue() / 1000).toFixed(1)} s`,
  }),
  column.accessor('sessions', {
    header: 'Sessions',
    meta: { align: 'end' },
    cell: ({ getValue }) => count(getValue()),
  }),
  column.accessor('delivered', {
    header: 'Delivered',
    meta: { align: 'end' },
    cell: ({ getValue }) => shown(getValue()),
  }),
  column.accessor('linkSequence', {
    header: 'Link sequence',
    meta: { align: 'end' },
    cell: ({ getValue }) => shown(getValue()),
  }),
  column.accessor('gaps', { header: 'Gaps', meta: { align: 'end' }, cell: ({ getValue }) => shown(getValue()) }),
  column.accessor('startedAt', {
    header: 'Started',
    cell: ({ getValue }) => {
      const at = getValue();
      return at === undefined ? '–' : <Time at={at} />;
    },
  }),
  column.accessor(whereOf, { id: 'where', header: 'Process' }),
]);

export function NodesTable({ nodes }: { readonly nodes: NodeView[] }) {
  return <DataTable label="Nodes that are alive" columns={columns} rows={nodes} rowId={({ id }) => id} isSortable />;
}

function whereOf({ host, pid, version }: NodeView): string {
  if (host === undefined) return '–';
  return [host, pid !== undefined && `pid ${pid}`, version].filter(Boolean).join(' · ');
}
