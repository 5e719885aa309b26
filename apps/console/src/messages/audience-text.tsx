import type { PublishRecord } from '@fanfare/contracts';
import { Link } from 'react-router';
import { counted } from '../format/numbers';
import { UserLink } from '../users/users-table';

/** To whom a message went, as the log knows it. */
export function AudienceText({ to }: Pick<PublishRecord, 'to'>) {
  if ('users' in to) return <>a list of {counted(to.users, 'user')}</>;
  if ('all' in to) return <>everyone</>;
  if ('online' in to) return <>everyone online</>;
  if ('user' in to) {
    return (
      <>
        user <UserLink id={to.user} />
      </>
    );
  }
  return (
    <>
      group <Link to={`/groups/${encodeURIComponent(to.group)}`}>{to.group}</Link>
    </>
  );
}
