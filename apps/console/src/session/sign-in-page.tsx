/** Takes a key only after the api has: a wrong one is told here, not on the first page. */
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../api/call';
import { isCode } from '../api/api-error';
import { queryClient } from '../api/query-client';
import { Field } from '../form/field';
import { Mark } from '../frame/icons';
import { signIn } from './key';
import { useSignIn } from './use-sign-in';

export function SignInPage() {
  const { notice } = useSignIn();
  useEffect(() => {
    document.title = 'Sign in · Fanfare console';
    queryClient.clear(); // what the last one saw is not for the next one
  }, []);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>
          <Mark /> Fanfare console
        </h1>
        {notice !== null && (
          <p className="notice notice-warn" role="status">
            {notice}
          </p>
        )}
        <SignInForm />
      </div>
    </main>
  );
}

function SignInForm() {
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('key');
    const key = typeof typed === 'string' ? typed.trim() : '';
    if (key === '') return setError('Enter a key.');
    setBusy(true);
    const objection = await objectionTo(key);
    setBusy(false);
    if (objection === undefined) signIn(key);
    else setError(objection);
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <Field
        label="API key"
        error={error}
        hint="The key that backends use: FANFARE_ADMIN_KEY. It is kept in this tab only, until you sign out or close it."
      >
        {(control) => <input {...control} name="key" type="password" autoComplete="off" autoFocus required />}
      </Field>
      <button type="submit" className="button-primary" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}

/** A key that may not do this is a key nevertheless. */
async function objectionTo(key: string): Promise<string | undefined> {
  if (!/^[\x21-\x7e]+$/.test(key)) return 'A key has only letters, digits and signs of ASCII, without spaces.';
  try {
    await call('GET', '/v1/presence/online', { key, query: { limit: 1 } });
    return undefined;
  } catch (error) {
    if (isCode(error, 'forbidden')) return undefined;
    if (isCode(error, 'unauthorized')) return 'The api does not know this key.';
    return error instanceof Error ? error.message : String(error);
  }
}
