import type { UserPresence } from '@fanfare/contracts';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { Time } from '../format/time';
import { DataTable } from '../table/data-table';
import { columnsOf } from '../table/columns';
import { OnlineBadge } from './online-badge';
import type { UserRow } from './queries';

type PresenceById = Readonly<Record<string, UserPresence>>;

interface Row extends UserRow {
  readonly presence: UserPresence | undefined;
}

const column = createColumnHelper<Row>();
const columns = columnsOf<Row>([
  column.accessor('id', { header: 'User', cell: ({ getValue }) => <UserLink id={getValue()} /> }),
  column.accessor('presence', { header: 'Presence', cell: ({ getValue }) => <OnlineBadge presence={getValue()} /> }),
  column.accessor((row) => row.presence?.devices, {
    id: 'devices',
    header: 'Sessions',
    meta: { align: 'end' },
    cell: ({ getValue }) => getValue() ?? '–',
  }),
  column.accessor((row) => row.presence?.lastSeen, {
    id: 'seen',
    header: 'Last seen',
    cell: ({ getValue }) => <MaybeTime at={getValue()} />,
  }),
  column.accessor('knownSince', { header: 'Known since', cell: ({ getValue }) => <Time at={getValue()} /> }),
]);

export function UsersTable({
  users,
  presence,
}: {
  readonly users: readonly UserRow[];
  readonly presence: PresenceById;
}) {
  const rows = useMemo(() => users.map((user) => ({ ...user, presence: presence[user.id] })), [users, presence]);
  return <DataTable label="Users" columns={columns} rows={rows} rowId={({ id }) => id} />;
}

const MaybeTime = ({ at }: { readonly at: number | undefined }) => (at === undefined ? <>–</> : <Time at={at} />);

export function UserLink({ id }: { readonly id: string }) {
  return <Link to={`/users/${encodeURIComponent(id)}`}>{id}</Link>;
}
