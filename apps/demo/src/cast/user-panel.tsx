// A user: presence as the api tells it, the groups to join and leave, and the two devices.
import type { ReactNode } from 'react';
import { DeviceCard } from '../devices/device-card.js';
import { PresenceMark } from '../presence/presence-mark.js';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';
import { titleOf, type UserName } from './cast.js';

export function UserPanel({ user }: { readonly user: UserName }): ReactNode {
  const { devices } = useStage();
  return (
    <section className="user" aria-labelledby={`user-${user}`}>
      <header className="user-head">
        <span className={`avatar avatar-${user}`} aria-hidden="true">
          {titleOf(user).charAt(0)}
        </span>
        <h3 id={`user-${user}`}>{titleOf(user)}</h3>
        <PresenceMark user={user} />
        <GroupBoxes user={user} />
      </header>
      <div className="devices">
        {devices
          .filter((device) => device.user === user)
          .map((device) => (
            <DeviceCard key={device.id} device={device} />
          ))}
      </div>
    </section>
  );
}

function GroupBoxes({ user }: { readonly user: UserName }): ReactNode {
  const { groups } = useStage();
  const members = useValue(groups.members);
  return (
    <span className="group-boxes">
      {Object.entries(members).map(([group, names]) => (
        <label key={group} className="box">
          <input
            type="checkbox"
            checked={names.includes(user)}
            aria-label={`${titleOf(user)} is in ${group}`}
            onChange={({ target }) => void groups.setMember(group, user, target.checked)}
          />
          {group}
        </label>
      ))}
    </span>
  );
}
