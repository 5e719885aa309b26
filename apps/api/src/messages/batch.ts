/**
 * Publishing many at once. Every message is checked and answered by itself, as if it had been sent alone, and all are on
 * their way to Redis before the first is answered; those of one timeline are stored in the order of the batch.
 *
 * The hot path of the API: nothing is awaited, formatted or logged for a message that is fine
 * (`npm run bench -- publish`).
 */
import { type DryRunAnswer, type ProblemDocument, type PublishAnswer, publishRequest } from '@fanfare/contracts';
import type { Intake } from '@fanfare/jobs';
import { check, toProblem } from '@fanfare/service-kit';

export type BatchResult = PublishAnswer | DryRunAnswer | { readonly error: ProblemDocument };

/** @param onFault is told of each error that is ours */
export function publishBatch(
  publisher: Pick<Intake, 'publish'>,
  messages: readonly unknown[],
  onFault: (error: unknown) => void,
): Promise<BatchResult[]> {
  const refuse = (error: unknown): BatchResult => {
    const problem = toProblem(error);
    if (problem.code === 'internal') onFault(error);
    return { error: problem.toDocument() };
  };
  const results = new Array<Promise<BatchResult>>(messages.length);
  for (let index = 0; index < messages.length; index += 1) {
    try {
      results[index] = publisher.publish(check(publishRequest, messages[index])).then(undefined, refuse);
    } catch (error) {
      results[index] = Promise.resolve(refuse(error));
    }
  }
  return Promise.all(results);
}
