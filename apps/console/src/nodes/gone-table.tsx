import type { GoneNode } from '@fanfare/contracts';
import { createColumnHelper } from '@tanstack/react-table';
import { Time } from '../format/time';
import { Badge } from '../page/badge';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { shown } from './nodes-table';

const column = createColumnHelper<GoneNode>();
const columns = columnsOf<GoneNode>([
  column.accessor('id', { header: 'Node', cell: ({ getValue }) => <code>{getValue()}</code> }),
  column.accessor('reason', {
    header: 'Why',
    cell: ({ getValue }) => (getValue() === 'died' ? <Badge tone="bad">died</Badge> : <Badge>left</Badge>),
  }),
  column.accessor('goneAt', { header: 'When', cell: ({ getValue }) => <Time at={getValue()} /> }),
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
]);

export function GoneTable({ nodes }: { readonly nodes: GoneNode[] }) {
  return <DataTable label="Nodes that are gone" columns={columns} rows={nodes} rowId={({ id }) => id} />;
}
