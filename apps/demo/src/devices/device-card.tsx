// One device as its user would see it: how its session stands, its bell, and what arrives.
import { FanfareProvider, Inbox } from '@fanfare/react';
import { type ReactNode, useMemo } from 'react';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';
import { Arrivals } from './arrivals.js';
import type { Device, DeviceState } from './device.js';
import { DeviceIcon } from './device-icon.js';
import { Switch } from './switch.js';
import { toldClient } from './told-client.js';

const statusNames: Record<DeviceState['status'], string> = {
  ...{ idle: 'off', connecting: 'connecting', 'catching-up': 'catching up' },
  ...{ live: 'live', waiting: 'waiting to reconnect', closed: 'offline' },
};

export function DeviceCard({ device }: { readonly device: Device }): ReactNode {
  const stage = useStage();
  const state = useValue(device.state);
  const { user, name } = device;
  const client = useMemo(() => {
    const onReadAll = () => stage.tick(`readAll:${device.id}`);
    return toldClient(state.client, { api: stage.api, happenings: stage.happenings, user, device: name, onReadAll });
  }, [state.client, stage, device, user, name]);
  const labels = useMemo(() => labelsOf(user, name), [user, name]);
  const whose = `${user}’s ${name}`;
  return (
    <FanfareProvider client={client}>
      <section className="device" aria-label={whose} data-device={device.id} data-status={state.status}>
        <header className="device-head">
          <DeviceIcon name={name} />
          <h4>{name}</h4>
          <span className="status">
            <span className="dot" aria-hidden="true" />
            {statusNames[state.status]}
          </span>
          <Inbox labels={labels} />
        </header>
        <div className="device-switches">
          <Switch label="Online" of={whose} isOn={state.isOn} onChange={(on) => void stage.turn(device, on)} />
          <Switch label="Slow reader" of={whose} isOn={state.isSlow} onChange={(slow) => stage.setSlow(device, slow)} />
        </div>
        <Report state={state} />
        <Arrivals state={state} whose={whose} />
      </section>
    </FanfareProvider>
  );
}

/** What is worth a word: what it caught up on, how far it is behind, what keeps it away. */
function Report({
  state: { caughtUp, behind, isSlow, isOn, status, trouble },
}: {
  readonly state: DeviceState;
}): ReactNode {
  if (isOn && trouble && status !== 'live') return <p className="report report-trouble">{trouble}</p>;
  if (isSlow && behind > 0) return <p className="report report-slow">{behind} behind: reading one a second</p>;
  if (!isOn) return <p className="report">Session closed. What is sent now waits in the timeline.</p>;
  if (caughtUp > 0) return <p className="report report-good">Caught up on {caughtUp} missed</p>;
  return null;
}

function labelsOf(user: string, name: string) {
  const title = `Inbox of ${user}`;
  return {
    title,
    bell: (unread: number) => `${title} on the ${name}, ${unread} unread`,
  };
}
