// To whom, what, how urgent, how many: one click, one call of the api.
import { type ReactNode, useState } from 'react';
import { titleOf, type UserName, users } from '../cast/cast.js';
import { type Audience, type AudienceKind, type Message, priorities } from '../stage/message.js';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';

const kinds: Record<AudienceKind, { readonly name: string; readonly caption: string }> = {
  user: { name: 'User', caption: 'Kept in the user’s own timeline until it is read, on all devices.' },
  list: { name: 'List', caption: 'A job writes it into the timeline of each user named, once.' },
  group: { name: 'Group', caption: 'Written once to the group; members pull what they lack.' },
  online: { name: 'Online', caption: 'To whoever has a session now. Nothing is kept.' },
  all: { name: 'All', caption: 'Everyone who is known, those who are offline included.' },
};
const counts = [1, 5, 20];

export function Sender(): ReactNode {
  const stage = useStage();
  const [kind, setKind] = useState<AudienceKind>('user');
  const [user, setUser] = useState<UserName>('bob');
  const [list, setList] = useState<readonly UserName[]>(['alice', 'carol']);
  const [group, setGroup] = useState('');
  const [text, setText] = useState('Hello!');
  const [priority, setPriority] = useState<Message['priority']>('normal');
  const [count, setCount] = useState(1);
  const groups = Object.keys(useValue(stage.groups.members));
  const chosenGroup = groups.includes(group) ? group : (groups[0] ?? 'team');
  const audiences: Record<AudienceKind, Audience> = {
    user: { kind: 'user', user },
    list: { kind: 'list', users: list },
    group: { kind: 'group', group: chosenGroup },
    online: { kind: 'online' },
    all: { kind: 'all' },
  };
  return (
    <form
      className="panel sender"
      aria-labelledby="sender"
      onSubmit={(event) => {
        event.preventDefault();
        void stage.send({ audience: audiences[kind], text, priority, count });
      }}
    >
      <h2 id="sender">Send</h2>
      <Choice legend="To" names={kinds} chosen={kind} onChoose={setKind} />
      {kind === 'user' && <Select label="User" options={users} value={user} onChange={setUser} />}
      {kind === 'list' && <UserBoxes chosen={list} onChange={setList} />}
      {kind === 'group' && <Select label="Group" options={groups} value={chosenGroup} onChange={setGroup} />}
      <p className="caption">{kinds[kind].caption}</p>
      <label className="field">
        <span>Text</span>
        <input value={text} maxLength={200} onChange={({ target }) => setText(target.value)} />
      </label>
      <div className="line">
        <Select label="Priority" options={priorities} value={priority} onChange={setPriority} />
        <Select
          label="How many"
          options={counts.map(String)}
          value={String(count)}
          onChange={(n) => setCount(Number(n))}
        />
        <button type="submit" className="button button-main">
          Send
        </button>
      </div>
    </form>
  );
}

interface ChoiceProps {
  readonly legend: string;
  readonly names: Record<AudienceKind, { readonly name: string }>;
  readonly chosen: AudienceKind;
  readonly onChoose: (kind: AudienceKind) => void;
}

function Choice({ legend, names, chosen, onChoose }: ChoiceProps): ReactNode {
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      {(Object.keys(names) as AudienceKind[]).map((kind) => (
        <label key={kind}>
          <input type="radio" name="audience" checked={kind === chosen} onChange={() => onChoose(kind)} />
          <span>{names[kind].name}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly options: readonly T[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Select<T extends string>({ label, options, value, onChange }: SelectProps<T>): ReactNode {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} disabled={options.length === 0} onChange={({ target }) => onChange(target.value as T)}>
        {options.length === 0 && <option value={value}>make a group first</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

interface UserBoxesProps {
  readonly chosen: readonly UserName[];
  readonly onChange: (users: readonly UserName[]) => void;
}

function UserBoxes({ chosen, onChange }: UserBoxesProps): ReactNode {
  return (
    <fieldset className="boxes">
      <legend>Users</legend>
      {users.map((user) => (
        <label key={user} className="box">
          <input
            type="checkbox"
            checked={chosen.includes(user)}
            onChange={({ target }) =>
              onChange(users.filter((one) => (one === user ? target.checked : chosen.includes(one))))
            }
          />
          {titleOf(user)}
        </label>
      ))}
    </fieldset>
  );
}
