/** @param {import('../sources.mjs').Sources} sources */
export function lintSources(sources) {
  const problems = [...sources.scripts, ...sources.includes].flatMap(({ path, header }) =>
    header.problems.map(({ line, text }) => `${path}:${line}: ${text}`),
  );
  return { problems, warnings: /** @type {string[]} */ ([]) };
}
