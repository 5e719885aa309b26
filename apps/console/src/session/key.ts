/**
 * The API key of whoever is signed in. It lives in sessionStorage and nowhere else: it ends with the tab, and no other tab
 * has it. States: signed out → signed in → signed out, with a sentence where the api ended it.
 */
const PREFIX = 'fanfare.console.';
const SLOT = `${PREFIX}key`;

export interface SignIn {
  readonly key: string | null;
  /** Why one is signed out, where it was not by choice. */
  readonly notice: string | null;
}

let current: SignIn = { key: sessionStorage.getItem(SLOT), notice: null };
const listeners = new Set<() => void>();

function change(next: SignIn): void {
  current = next;
  for (const listener of listeners) listener();
}

export const currentSignIn = (): SignIn => current;

export function onSignIn(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function signIn(key: string): void {
  sessionStorage.setItem(SLOT, key);
  change({ key, notice: null });
}

/** Nothing of what was seen is left in the tab. */
export function signOut(notice: string | null = null): void {
  if (current.key === null) return;
  for (const slot of Object.keys(sessionStorage)) {
    if (slot.startsWith(PREFIX)) sessionStorage.removeItem(slot);
  }
  change({ key: null, notice });
}
