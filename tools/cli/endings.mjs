// The ways in which a command ends badly, apart from what Fanfare answers.

/** What trying again does not help: exit code 1. */
export class Fatal extends Error {
  /** @override */
  name = 'Fatal';
}

/** The command line makes no sense: exit code 2. */
export class Usage extends Error {
  /** @override */
  name = 'Usage';
}

/** Nothing answers: exit code 3. */
export class Unreachable extends Error {
  /** @override */
  name = 'Unreachable';
}

/** It was said already. */
export class Failure extends Error {
  /** @override */
  name = 'Failure';

  /** @param {number} exitCode */
  constructor(exitCode) {
    super();
    this.exitCode = exitCode;
  }
}
