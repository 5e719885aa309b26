#!/usr/bin/env node
// `fanfare <command>`, or `npm run fanfare -- <command>`: everything that a backend can do, from a terminal.
import { run } from './run.mjs';

await run(process.argv.slice(2));
