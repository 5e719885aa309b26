/** What a figure has to be (docs/faults.md says why): printed below the table, and exit code 1 where one is missed. */
export interface Mark {
  readonly text: string;
  readonly isMet: boolean;
}

export function printMarks(marks: readonly Mark[]): void {
  for (const { text, isMet } of marks) process.stdout.write(`${isMet ? 'met:   ' : 'MISSED:'} ${text}\n`);
  if (marks.some(({ isMet }) => !isMet)) process.exitCode = 1;
}
