// The page: the guide, what one can send, the six devices, and what happened.
import type { ReactNode } from 'react';
import { users } from '../cast/cast.js';
import { UserPanel } from '../cast/user-panel.js';
import { NewGroup } from '../groups/new-group.js';
import { Guide } from '../guide/guide.js';
import { Strip } from '../happenings/strip.js';
import { Sender } from '../sender/sender.js';
import { useValue } from '../state/value.js';
import { useStage } from './stage-context.js';

export function Board(): ReactNode {
  return (
    <>
      <Top />
      <main className="board">
        <Guide />
        <section className="users" aria-labelledby="users">
          <h2 id="users" className="unseen">
            Users and their devices
          </h2>
          {users.map((user) => (
            <UserPanel key={user} user={user} />
          ))}
        </section>
        <div className="controls">
          <Sender />
          <NewGroup />
        </div>
        <Strip />
      </main>
    </>
  );
}

function Top(): ReactNode {
  const stage = useStage();
  const isStartingOver = useValue(stage.isStartingOver);
  return (
    <header className="top">
      <h1>
        Fanfare <span>demo</span>
      </h1>
      <p>Three users, two devices each. Every device is a session of its own: what you see is what was pushed to it.</p>
      <nav aria-label="More">
        <a href="/console/">Console</a>
        <a href="/docs">API</a>
      </nav>
      <button type="button" className="button" aria-disabled={isStartingOver} onClick={() => void stage.startOver()}>
        {isStartingOver ? 'Erasing…' : 'Start over'}
      </button>
    </header>
  );
}
