import type { GoneNode } from '@fanfare/contracts';
import { Time } from '../format/time';
import { Badge } from '../page/badge';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { shown } from './nodes-table';

const columns = columnsOf<GoneNode>([
  { header: 'Node', card: 'title', cell: ({ id }) => <code>{id}</code> },
  { header: 'Why', cell: ({ reason }) => (reason === 'died' ? <Badge tone="bad">died</Badge> : <Badge>left</Badge>) },
  { header: 'When', cell: ({ goneAt }) => <Time at={goneAt} /> },
  { header: 'Delivered', align: 'end', cell: ({ delivered }) => shown(delivered) },
  { header: 'Link sequence', align: 'end', cell: ({ linkSequence }) => shown(linkSequence) },
]);

export function GoneTable({ nodes }: { readonly nodes: GoneNode[] }) {
  return <DataTable label="Nodes that are gone" columns={columns} rows={nodes} rowId={({ id }) => id} />;
}
