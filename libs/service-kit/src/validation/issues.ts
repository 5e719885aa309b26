/**
 * What a schema found wrong, as the `errors` of a problem document: a JSON pointer (RFC 6901) and a sentence for each.
 * Runs only for requests that are refused, so it may take its time.
 */
import type { ProblemDetail } from '@fanfare/contracts';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** More would help nobody, and a list of ten thousand ids may have ten thousand errors. */
const MAX_DETAILS = 20;

export function detailsOf(issues: readonly Issue[], value: unknown): ProblemDetail[] {
  return issues.flatMap((issue) => detailsOfIssue(issue, [], value)).slice(0, MAX_DETAILS);
}

export function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function detailsOfIssue(issue: Issue, base: Path, value: unknown): ProblemDetail[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerOf([...path, key]), detail: 'is not a known field' }));
  }
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue.errors, at(value, path));
    if (meant) return meant.flatMap((inner) => detailsOfIssue(inner, path, value));
  }
  if (issue.code === 'invalid_key' && issue.issues[0]) {
    return [{ pointer: pointerOf(path), detail: `the key ${sentence(issue.issues[0].message)}` }];
  }
  const isMissing = path.length > 0 && issue.code === 'invalid_type' && at(value, path) === undefined;
  return [{ pointer: pointerOf(path), detail: isMissing ? 'is required' : sentence(issue.message) }];
}

/** Of a union the one alternative whose fields are all there, if there is just one: what is wrong inside helps more. */
function branchMeant(branches: readonly Issue[][], value: unknown): Issue[] | undefined {
  const possible = branches.filter((issues) =>
    issues.every(
      (issue) => issue.code === 'unrecognized_keys' || (issue.path.length > 0 && at(value, issue.path) !== undefined),
    ),
  );
  return possible.length === 1 ? possible[0] : undefined;
}

function at(value: unknown, path: Path): unknown {
  let inner = value;
  for (const part of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[part];
  }
  return inner;
}

/** Zod's own messages begin with a class of error that says nothing to a caller. */
function sentence(message: string): string {
  const text = message.replace(/^Invalid input: /, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}
