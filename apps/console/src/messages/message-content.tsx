import { useQuery } from '@tanstack/react-query';
import { Badge } from '../page/badge';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { userEntry } from './queries';

/** What it says, read from the user's timeline, and whether the user has read it. */
export function MessageContent({ user, offset }: { readonly user: string; readonly offset: number }) {
  const query = useQuery(userEntry(user, offset));
  const entry = query.data;
  return (
    <Panel
      title="Content"
      aside={entry && (entry.read ? <Badge tone="good">Read by the user</Badge> : <Badge tone="accent">Unread</Badge>)}
    >
      <Loaded query={query} lines={3}>
        {(found) =>
          found === null ? (
            <Empty title="The entry is gone">It was retracted, it expired, or newer ones took its place.</Empty>
          ) : (
            <div className="panel-body">
              <pre className="code-block" tabIndex={0} aria-label="Payload">
                {JSON.stringify(found.message.payload, null, 2)}
              </pre>
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
