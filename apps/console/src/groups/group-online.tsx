import { useQuery } from '@tanstack/react-query';
import { counted } from '../format/numbers';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { UserLink } from '../users/users-table';
import { groupPresence } from './queries';

const SHOWN = 24;

/** Who of the members is online now, the first of them. */
export function GroupOnline({ id }: { readonly id: string }) {
  const query = useQuery(groupPresence(id));
  return (
    <Panel title="Online now">
      <Loaded query={query} lines={3}>
        {({ users, online }) =>
          users.length === 0 ? (
            <Empty title="No member is online" />
          ) : (
            <div className="panel-body">
              <ul className="chips">
                {users.slice(0, SHOWN).map((user) => (
                  <li key={user.id}>
                    <UserLink id={user.id} />
                  </li>
                ))}
              </ul>
              {online > SHOWN && <p className="muted">and {counted(online - SHOWN, 'other')}</p>}
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
