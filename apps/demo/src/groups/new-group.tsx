import { type ReactNode, useState } from 'react';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';

export function NewGroup(): ReactNode {
  const { groups } = useStage();
  const [name, setName] = useState('team');
  const isThere = name in useValue(groups.members);
  const isUsable = name.trim() !== '' && !isThere;
  return (
    <form
      className="panel"
      aria-labelledby="new-group"
      onSubmit={(event) => {
        event.preventDefault();
        if (isUsable) void groups.create(name.trim());
      }}
    >
      <h2 id="new-group">Groups</h2>
      <p className="caption">
        Make one, then tick who is in it beside each user. A message to a group is written once, however many it
        reaches.
      </p>
      <div className="line">
        <label className="field">
          <span>Name</span>
          <input value={name} maxLength={40} onChange={({ target }) => setName(target.value)} />
        </label>
        <button type="submit" className="button" aria-disabled={!isUsable}>
          {isThere ? 'Made' : 'Create'}
        </button>
      </div>
    </form>
  );
}
