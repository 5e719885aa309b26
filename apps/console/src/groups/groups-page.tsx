/** Opens a group by its name: the api has no list of all groups, so the page shows those opened lately in this tab. */
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Field } from '../form/field';
import { Empty } from '../page/empty';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { openedGroups } from './opened-groups';

export default function GroupsPage() {
  const opened = openedGroups();
  return (
    <Page title="Groups" lead="Groups are opened by name: the api keeps no list of all of them.">
      <OpenGroup />
      <Panel title="Opened in this tab">
        {opened.length === 0 ? (
          <Empty title="No group opened yet">Enter a name above, or open one from the page of a user.</Empty>
        ) : (
          <ul className="link-list">
            {opened.map((id) => (
              <li key={id}>
                <Link to={`/groups/${encodeURIComponent(id)}`}>{id}</Link>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Page>
  );
}

function OpenGroup() {
  const navigate = useNavigate();
  const [error, setError] = useState<string>();
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('group');
    if (typeof typed !== 'string' || typed === '') return setError('Enter the name of a group.');
    void navigate(`/groups/${encodeURIComponent(typed)}`);
  }
  return (
    <form className="inline-form" noValidate onSubmit={submit}>
      <Field label="Name of the group" error={error}>
        {(control) => <input {...control} name="group" autoComplete="off" maxLength={128} required />}
      </Field>
      <button type="submit">Open</button>
    </form>
  );
}
