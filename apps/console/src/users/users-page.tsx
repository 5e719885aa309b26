import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { allRows } from '../api/pages';
import { Field } from '../form/field';
import { counted } from '../format/numbers';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { More } from '../table/more';
import { presenceOf, usersPages, type UserRow } from './queries';
import { UsersTable } from './users-table';

const PREFIX = 'prefix';

export default function UsersPage() {
  const [search, setSearch] = useSearchParams();
  const prefix = search.get(PREFIX) ?? '';
  const query = useInfiniteQuery(usersPages(prefix));
  return (
    <Page title="Users" lead="Everyone who is known to Fanfare: who was named, written to or connected at least once.">
      <Search key={prefix} prefix={prefix} onSearch={(next) => setSearch(next === '' ? {} : { [PREFIX]: next })} />
      <Panel title={prefix === '' ? 'All users' : `Users whose id begins with “${prefix}”`}>
        <Loaded query={query} lines={8}>
          {(data) => <Found users={allRows(data, ({ users }) => users)} prefix={prefix} more={query} />}
        </Loaded>
      </Panel>
    </Page>
  );
}

interface FoundProps {
  readonly users: UserRow[];
  readonly prefix: string;
  readonly more: Parameters<typeof More>[0]['query'];
}

function Found({ users, prefix, more }: FoundProps) {
  const ids = useMemo(() => users.map(({ id }) => id), [users]);
  const presence = useQuery({ ...presenceOf(ids), placeholderData: (before) => before });
  if (users.length === 0 && !more.hasNextPage) {
    return prefix === '' ? (
      <Empty title="No users yet">
        A user is known from the first message, group or connection on. <Link to="/compose">Send a message</Link> to
        make one.
      </Empty>
    ) : (
      <Empty title="No user begins with that">Ids are compared letter by letter, capitals included.</Empty>
    );
  }
  return (
    <>
      <UsersTable users={users} presence={presence.data ?? {}} />
      <More query={more} shown={`${counted(users.length, 'user')} shown`} />
    </>
  );
}

function Search({ prefix, onSearch }: { readonly prefix: string; readonly onSearch: (prefix: string) => void }) {
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get(PREFIX);
    onSearch(typeof typed === 'string' ? typed : '');
  }
  return (
    <form role="search" aria-label="Users" className="inline-form" onSubmit={submit}>
      <Field label="User id begins with">
        {(control) => (
          <input {...control} name={PREFIX} type="search" defaultValue={prefix} autoComplete="off" maxLength={128} />
        )}
      </Field>
      <button type="submit">Search</button>
    </form>
  );
}
