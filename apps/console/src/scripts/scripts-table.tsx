import type { ScriptView } from '@fanfare/contracts';
import { count, milliseconds } from '../format/numbers';
import { Badge } from '../page/badge';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';

const columns = columnsOf<ScriptView>([
  { header: 'Script', card: 'title', sortBy: ({ name }) => name, cell: ({ name }) => <code>{name}</code> },
  { header: 'Calls', align: 'end', sortBy: ({ calls }) => calls, cell: ({ calls }) => count(calls) },
  {
    header: 'Time per call',
    align: 'end',
    sortBy: ({ meanMs }) => meanMs,
    cell: ({ meanMs }) => (meanMs === null ? '–' : milliseconds(meanMs)),
  },
  { header: 'Kind', sortBy: ({ readOnly }) => readOnly, cell: ({ readOnly }) => (readOnly ? 'reads' : 'writes') },
  { header: 'Loaded', sortBy: ({ loaded }) => loaded, cell: ({ loaded }) => <Loaded isEverywhere={loaded} /> },
  { header: 'SHA-1', card: 'wide', cell: ({ sha }) => <code>{sha}</code> },
]);

function Loaded({ isEverywhere }: { readonly isEverywhere: boolean }) {
  return isEverywhere ? <Badge tone="good">everywhere</Badge> : <Badge tone="warn">not everywhere</Badge>;
}

export function ScriptsTable({ scripts }: { readonly scripts: ScriptView[] }) {
  return <DataTable label="Scripts" columns={columns} rows={scripts} rowId={({ name }) => name} isSortable />;
}
