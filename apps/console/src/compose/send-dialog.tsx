/** Before more than one user is written to: how many it would reach, asked of the api at this moment. */
import type { PublishRequest } from '@fanfare/contracts';
import { useQuery } from '@tanstack/react-query';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { counted } from '../format/numbers';
import { dryRun } from './queries';

interface SendDialogProps {
  readonly request: PublishRequest;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

export function SendDialog({ request, onSend, onClose }: SendDialogProps) {
  const { data, error } = useQuery({
    queryKey: ['compose', 'reach', request.idempotencyKey],
    queryFn: () => dryRun(request),
    gcTime: 0,
    retry: false,
  });
  return (
    <ConfirmDialog title="Send this message?" action="Send" isDangerous={false} onConfirm={onSend} onClose={onClose}>
      <p role="status">
        {data && (
          <>
            It is for <strong>{counted(data.reach, 'user')}</strong>.
          </>
        )}
        {!data &&
          (error ? `How many it is for could not be counted: ${error.message}` : 'Counting how many it is for…')}
      </p>
      <p className="muted">A message that was sent can be retracted, but who has seen it has seen it.</p>
    </ConfirmDialog>
  );
}
