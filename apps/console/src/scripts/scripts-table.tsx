import type { ScriptView } from '@fanfare/contracts';
import { createColumnHelper } from '@tanstack/react-table';
import { count, milliseconds } from '../format/numbers';
import { Badge } from '../page/badge';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';

const SHOWN_SHA_CHARS = 12;
const column = createColumnHelper<ScriptView>();
const columns = columnsOf<ScriptView>([
  column.accessor('name', { header: 'Script', cell: ({ getValue }) => <code>{getValue()}</code> }),
  column.accessor('calls', { header: 'Calls', meta: { align: 'end' }, cell: ({ getValue }) => count(getValue()) }),
  column.accessor('meanMs', {
    header: 'Time per call',
    meta: { align: 'end' },
    sortUndefined: 'last',
    cell: ({ getValue }) => {
      const mean = getValue();
      return mean === null ? '–' : milliseconds(mean);
    },
  }),
  column.accessor('readOnly', {
    header: 'Kind',
    cell: ({ getValue }) => (getValue() ? 'reads' : 'writes'),
  }),
  column.accessor('loaded', {
    header: 'Loaded',
    cell: ({ getValue }) =>
      getValue() ? <Badge tone="good">everywhere</Badge> : <Badge tone="warn">not everywhere</Badge>,
  }),
  column.accessor('sha', {
    header: 'SHA-1',
    enableSorting: false,
    cell: ({ getValue }) => <code title={getValue()}>{getValue().slice(0, SHOWN_SHA_CHARS)}…</code>,
  }),
]);

export function ScriptsTable({ scripts }: { readonly scripts: ScriptView[] }) {
  return <DataTable label="Scripts" columns={columns} rows={scripts} rowId={({ name }) => name} isSortable />;
}
