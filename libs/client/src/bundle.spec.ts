// What a page has to load for it.
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

function bundled(entry: string): { readonly bytes: number; readonly inputs: string[] } {
  const { outputFiles, metafile } = buildSync({
    ...{ entryPoints: [entry], bundle: true, minify: true, format: 'esm', target: 'es2022' },
    ...{ platform: 'browser', write: false, metafile: true, absWorkingDir: `${__dirname}/..` },
  });
  const bytes = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  return { bytes, inputs: Object.keys(metafile.inputs) };
}

test('bundled, minified and compressed it is below 8 KB, and there is nothing in it but its own', () => {
  const { bytes, inputs } = bundled('src/index.ts');
  expect(bytes).toBeLessThan(8000);
  expect(bytes).toBeGreaterThan(1000);
  expect(inputs.filter((path) => !path.startsWith('src/'))).toEqual([]);
});
