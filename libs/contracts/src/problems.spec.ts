import { Problem, problemStatus } from './problems.js';

test('every code becomes a document with its status, a title and a stable type', () => {
  for (const [code, status] of Object.entries(problemStatus)) {
    const document = new Problem(code as keyof typeof problemStatus, 'what happened').toDocument();
    expect(document).toEqual({
      type: `https://fanfare.dev/problems/${code}`,
      title: expect.stringMatching(/^[A-Z]/) as string,
      status,
      code,
      detail: 'what happened',
    });
  }
});

test('what is wrong with single fields is in the document, the cause is not', () => {
  const errors = [{ pointer: '/to', detail: 'is required' }];
  const document = new Problem('invalid', 'no', { errors, cause: new Error('secret') }).toDocument();
  expect(document.errors).toEqual(errors);
  expect(JSON.stringify(document)).not.toContain('secret');
});
