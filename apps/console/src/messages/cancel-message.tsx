import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ConfirmButton } from '../dialog/confirm-button';
import { cancelMessage, jobKeys } from '../jobs/queries';
import { toastDone, toastFailed } from '../toasts/toasts';

export function CancelMessage({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelMessage(id),
    onSuccess: () => toastDone('The message is cancelled'),
    onError: (error) => toastFailed('Could not cancel', error),
    onSettled: () => client.invalidateQueries({ queryKey: jobKeys.all }),
  });
  return (
    <ConfirmButton
      label="Cancel this message"
      className="button-danger"
      title="Cancel this message?"
      action="Cancel the message"
      isBusy={cancelling.isPending}
      onConfirm={() => cancelling.mutate()}
    >
      It will not be sent. This can’t be undone.
    </ConfirmButton>
  );
}
