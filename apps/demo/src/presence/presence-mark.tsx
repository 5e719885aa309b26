import type { ReactNode } from 'react';
import type { UserName } from '../cast/cast.js';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';

/** What the api says of a user, not what the page knows: for 10 s after the last session it still says online. */
export function PresenceMark({ user }: { readonly user: UserName }): ReactNode {
  const presence = useValue(useStage().presence.users)[user];
  const state = presence === undefined ? 'unknown' : presence.online ? 'online' : 'offline';
  const sessions = presence?.devices ?? 0;
  return (
    <span className="presence" data-presence={state}>
      <span className="dot" aria-hidden="true" />
      {state}
      {presence && `, ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`}
    </span>
  );
}
