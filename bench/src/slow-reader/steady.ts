/** Messages to a group at a steady rate, whatever the ones before took. */
import type { ApiClient } from '@fanfare/testing';

const EVERY_MS = 10;
/** After a pause of this process it makes up for it in steps. */
const AT_ONCE = 500;
const SAY_EVERY_MS = 5000;

/** Resolves to how many were sent when all have been accepted. */
export async function publishSteadily(
  api: ApiClient,
  group: string,
  rate: number,
  seconds: number,
  onProgress: (sent: number) => void,
): Promise<number> {
  const start = performance.now();
  const total = rate * seconds;
  const open = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let [sent, said] = [0, start];
  while (sent < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - start) / 1000) * rate), sent + AT_ONCE);
    if (due > sent) {
      const sending = send(api, group, due - sent)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => open.delete(sending));
      open.add(sending);
      sent = due;
    }
    if (performance.now() - said >= SAY_EVERY_MS) {
      onProgress(sent);
      said = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await Promise.all(open);
  if (failures.length > 0) throw failures[0];
  return sent;
}

async function send(api: ApiClient, group: string, count: number): Promise<void> {
  const sentAt = performance.timeOrigin + performance.now();
  const payload = { sentAt, text: 'x'.repeat(150) };
  const answer = await api.batch(Array.from({ length: count }, () => ({ to: { group }, payload })));
  if (answer.status !== 200) throw new Error(`a batch was answered with ${answer.status}`);
}
