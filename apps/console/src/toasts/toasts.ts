/** Short notes on what was done or failed. At most three are there at once; each goes by itself, errors later. */
import { useSyncExternalStore } from 'react';
import { ApiError } from '../api/api-error';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

const SHOWN = 3;
const DONE_MS = 5_000;
const FAILED_MS = 12_000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function add(kind: Toast['kind'], text: string, ms: number): void {
  const toast = { id: ++lastId, kind, text };
  change([...toasts.slice(1 - SHOWN), toast]);
  setTimeout(() => dismiss(toast.id), ms);
}

export const dismiss = (id: number): void => change(toasts.filter((toast) => toast.id !== id));
export const toastDone = (text: string): void => add('done', text, DONE_MS);

export function toastFailed(what: string, error: unknown): void {
  const why = error instanceof ApiError ? `${error.message} (${error.code})` : String(error);
  add('failed', `${what}: ${why}`, FAILED_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useToasts = (): readonly Toast[] => useSyncExternalStore(subscribe, () => toasts);
