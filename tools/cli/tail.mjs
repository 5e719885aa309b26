// `npm run tail -- --user alice`: short for `fanfare tail`.
import { run } from './run.mjs';

await run(['tail', ...process.argv.slice(2)]);
