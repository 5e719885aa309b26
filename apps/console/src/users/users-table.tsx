import type { UserPresence } from '@fanfare/contracts';
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

const columns = columnsOf<Row>([
  { header: 'User', card: 'title', cell: ({ id }) => <UserLink id={id} /> },
  { header: 'Presence', cell: ({ presence }) => <OnlineBadge isOnline={presence?.online} /> },
  { header: 'Sessions', align: 'end', card: 'minor', cell: ({ presence }) => presence?.devices ?? '–' },
  { header: 'Last seen', cell: ({ presence }) => <MaybeTime at={presence?.lastSeen} /> },
  { header: 'Known since', card: 'minor', cell: ({ knownSince }) => <Time at={knownSince} /> },
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
