/**
 * Writes a message. What is sent is one request with an idempotency key of its own, so pressing twice, or again after a
 * timeout, sends one message; another form is another request with another key.
 */
import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo, useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import { useSearchParams } from 'react-router';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { AudienceFields } from './audience-fields';
import { CurlPreview } from './curl-preview';
import { emptyForm, formSchema, type FormValues } from './form-values';
import { MessageFields } from './message-fields';
import { Outcome } from './outcome';
import { Reach } from './reach';
import { SendDialog } from './send-dialog';
import { useCompose } from './use-compose';
import './compose.css';

export default function ComposePage() {
  const [search] = useSearchParams();
  const defaultValues = useMemo(() => prefilled(search), [search]);
  const form = useForm<FormValues>({ resolver: zodResolver(formSchema), defaultValues, mode: 'onTouched' });
  const compose = useCompose(form);
  const [isAsking, setAsking] = useState(false);
  const { audience } = form.watch();
  const send = form.handleSubmit(() =>
    audience === 'user' ? compose.send.mutate(compose.current()) : setAsking(true),
  );
  const tryOut = form.handleSubmit(() => compose.tryOut.mutate(compose.current()));
  return (
    <Page
      title="Compose"
      lead="Write to a user, a list, a group, everyone online or everyone; try it out before it is sent."
    >
      <FormProvider {...form}>
        <form className="compose" noValidate onSubmit={(event) => void send(event)}>
          <div className="compose-fields">
            <Panel title="To">
              <AudienceFields />
            </Panel>
            <Panel title="Message">
              <MessageFields />
            </Panel>
          </div>
          <div className="compose-side">
            <Panel title="Send">
              <div className="panel-body">
                <div className="page-actions">
                  <button type="button" disabled={compose.tryOut.isPending} onClick={() => void tryOut()}>
                    {compose.tryOut.isPending ? 'Counting…' : 'Dry run'}
                  </button>
                  <button type="submit" className="button-primary" disabled={compose.send.isPending}>
                    {compose.send.isPending ? 'Sending…' : 'Send'}
                  </button>
                </div>
                <Reach compose={compose} />
                <Outcome compose={compose} />
              </div>
            </Panel>
            <CurlPreview request={compose.request} />
          </div>
        </form>
      </FormProvider>
      {isAsking && (
        <SendDialog
          request={compose.current()}
          onClose={() => setAsking(false)}
          onSend={() => {
            setAsking(false);
            compose.send.mutate(compose.current());
          }}
        />
      )}
    </Page>
  );
}

/** From a user's or a group's page. */
function prefilled(search: URLSearchParams): FormValues {
  const [user, group] = [search.get('user'), search.get('group')];
  if (group !== null) return { ...emptyForm, audience: 'group', group };
  return { ...emptyForm, user: user ?? '' };
}
