import type { ColumnDef } from '@tanstack/react-table';

/** Columns with values of many types as one list: TanStack's type of a column can't say that otherwise. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type of each value is checked where it is made
export const columnsOf = <Row>(columns: ColumnDef<Row, any>[]): ColumnDef<Row>[] => columns as ColumnDef<Row>[];
