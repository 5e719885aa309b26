/** Columns as pages write them: what a cell shows of a row, and by what one may sort. TanStack Table does the rest. */
import type { ColumnDef } from '@tanstack/react-table';
import type { ReactNode } from 'react';

/** How a column looks: `meta` of TanStack's. */
export interface ColumnLook {
  /** For numbers. */
  readonly align?: 'end';
  /** On a card: `title` is its first line, `wide` a line of its own at the end, `minor` is left out. */
  readonly card?: 'title' | 'wide' | 'minor';
}

export interface Column<Row> extends ColumnLook {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sortBy?: (row: Row) => string | number | boolean | null | undefined;
}

export const columnsOf = <Row>(columns: readonly Column<Row>[]): ColumnDef<Row>[] => columns.map(columnOf);

function columnOf<Row>({ header, cell, sortBy, ...meta }: Column<Row>): ColumnDef<Row> {
  const rest = { id: header, header, meta, cell: ({ row }: { row: { original: Row } }) => cell(row.original) };
  // What is not known sorts last in both directions.
  return sortBy ? { ...rest, accessorFn: (row) => sortBy(row) ?? undefined, sortUndefined: 'last' } : rest;
}
