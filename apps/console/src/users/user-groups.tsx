import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { allRows } from '../api/pages';
import { counted } from '../format/numbers';
import { Time } from '../format/time';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { More } from '../table/more';
import { type GroupOfUser, userGroups } from './queries';

const columns = columnsOf<GroupOfUser>([
  { header: 'Group', cell: ({ group }) => <Link to={`/groups/${encodeURIComponent(group)}`}>{group}</Link> },
  { header: 'Joined', cell: ({ joinedAt }) => <Time at={joinedAt} /> },
]);

export function UserGroups({ id }: { readonly id: string }) {
  const query = useInfiniteQuery(userGroups(id));
  return (
    <Panel title="Groups">
      <Loaded query={query} lines={3}>
        {(data) => {
          const groups = allRows(data, (page) => page.groups);
          if (groups.length === 0) return <Empty title="In no group" />;
          return (
            <>
              <DataTable label="Groups" columns={columns} rows={groups} rowId={({ group }) => group} />
              {query.hasNextPage && <More query={query} shown={`${counted(groups.length, 'group')} shown`} />}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
