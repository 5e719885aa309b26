/** A service can't start for a reason that its operator can mend: said in plain lines, without a stack. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
