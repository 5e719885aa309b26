/**
 * A table that becomes a list of cards where the screen is narrow; the roles keep it a table for assistive technology
 * there too, as `display: block` would take that away.
 */
import { type ColumnDef, flexRender, getCoreRowModel, getSortedRowModel, useReactTable } from '@tanstack/react-table';
import type { ColumnLook } from './columns';

interface DataTableProps<Row> {
  readonly label: string;
  /** Stable between renders. */
  readonly columns: ColumnDef<Row>[];
  readonly rows: Row[];
  readonly rowId: (row: Row) => string;
  readonly isSortable?: boolean;
}

export function DataTable<Row>({ label, columns, rows, rowId, isSortable = false }: DataTableProps<Row>) {
  const table = useReactTable({
    data: rows,
    columns,
    getRowId: rowId,
    enableSorting: isSortable,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  return (
    <div className="table-box">
      <table className="table" role="table" aria-label={label}>
        <thead role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} role="row">
              {group.headers.map((header) => (
                <HeaderCell key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} role="row">
              {row.getVisibleCells().map((cell) => (
                <td
                  key={cell.id}
                  role="cell"
                  data-label={titleOf(cell.column.columnDef)}
                  className={classOf(cell.column.columnDef)}
                >
                  {flexRender(cell.column.columnDef.cell, cell.getContext())}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Header<Row> = ReturnType<ReturnType<typeof useReactTable<Row>>['getHeaderGroups']>[number]['headers'][number];

function HeaderCell<Row>({ header }: { readonly header: Header<Row> }) {
  const { column } = header;
  const sorted = column.getIsSorted();
  const title = flexRender(column.columnDef.header, header.getContext());
  if (!column.getCanSort()) {
    return (
      <th role="columnheader" scope="col" className={classOf(column.columnDef)}>
        {title}
      </th>
    );
  }
  const order = sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending';
  return (
    <th role="columnheader" scope="col" aria-sort={order} className={classOf(column.columnDef)}>
      <button type="button" className="table-sort" onClick={column.getToggleSortingHandler()}>
        {title}
        <span aria-hidden="true">{sorted === false ? '' : sorted === 'asc' ? ' ↑' : ' ↓'}</span>
      </button>
    </th>
  );
}

function titleOf<Row>({ header }: ColumnDef<Row>): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function classOf<Row>({ meta }: ColumnDef<Row>): string | undefined {
  const { align, card } = (meta ?? {}) as ColumnLook;
  return [align && `align-${align}`, card && `cell-${card}`].filter(Boolean).join(' ') || undefined;
}
