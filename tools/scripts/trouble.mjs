// The two ways in which `npm run scripts` ends badly.

/** What was asked makes no sense: exit code 2. */
export class Usage extends Error {
  /** @override */
  name = 'Usage';
}

/** It made sense and did not work: exit code 1. */
export class Failure extends Error {
  /** @override */
  name = 'Failure';
}
