/** The version of Fanfare that this process runs, from the package file that lies above both `src` and `dist`. */
import { readFileSync } from 'node:fs';

const packageFile = readFileSync(new URL('../package.json', import.meta.url), 'utf8');

export const VERSION = (JSON.parse(packageFile) as { version: string }).version;
