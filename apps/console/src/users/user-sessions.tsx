import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ConfirmButton } from '../dialog/confirm-button';
import { Time } from '../format/time';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { toastDone, toastFailed } from '../toasts/toasts';
import { disconnect, type SessionRow, userKeys, userSessions } from './queries';

type Disconnect = (device?: string) => void;
const columnsWith = (onDisconnect: Disconnect) =>
  columnsOf<SessionRow>([
    { header: 'Device', cell: ({ device }) => device ?? <span className="muted">no name</span> },
    { header: 'Node', cell: ({ node }) => <code>{node}</code> },
    { header: 'Since', cell: ({ since }) => <Time at={since} /> },
    {
      header: 'Actions',
      align: 'end',
      cell: ({ device }) => <DisconnectDevice device={device} onDisconnect={onDisconnect} />,
    },
  ]);

/** The devices that are connected now. */
export function UserSessions({ id }: { readonly id: string }) {
  const query = useQuery(userSessions(id));
  const ending = useDisconnect(id);
  const { mutate } = ending;
  const columns = useMemo(() => columnsWith((device) => mutate(device)), [mutate]);
  const sessions = query.data?.sessions ?? [];
  return (
    <Panel
      title="Sessions"
      aside={
        sessions.length > 0 && (
          <ConfirmButton
            label="Disconnect all"
            className="button-small button-danger"
            title={`Disconnect all sessions of ${id}?`}
            action="Disconnect all"
            isBusy={ending.isPending}
            onConfirm={() => mutate(undefined)}
          >
            They are closed at once. A device whose token is still valid may connect again.
          </ConfirmButton>
        )
      }
    >
      <Loaded query={query}>
        {(page) =>
          page.sessions.length === 0 ? (
            <Empty title="No open session">What is sent now waits in the inbox.</Empty>
          ) : (
            <DataTable label="Sessions" columns={columns} rows={[...page.sessions]} rowId={(session) => session.id} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function DisconnectDevice({
  device,
  onDisconnect,
}: {
  readonly device: string | undefined;
  readonly onDisconnect: Disconnect;
}) {
  if (device === undefined) return null; // the api ends sessions by device, or all of them
  return (
    <ConfirmButton
      label="Disconnect"
      accessibleLabel={`Disconnect ${device}`}
      className="button-small"
      title={`Disconnect ${device}?`}
      action="Disconnect"
      onConfirm={() => onDisconnect(device)}
    >
      Its sessions are closed at once. If its token is still valid it may connect again.
    </ConfirmButton>
  );
}

function useDisconnect(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (device: string | undefined) => disconnect(id, device),
    onSuccess: (_, device) =>
      toastDone(device === undefined ? `All sessions of ${id} are closed` : `${device} is disconnected`),
    onError: (error) => toastFailed('Could not disconnect', error),
    onSettled: () => client.invalidateQueries({ queryKey: userKeys.one(id) }),
  });
}
