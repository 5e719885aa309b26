/** Which file of a built page answers a path: a file of its own, or the page itself, which reads the path. */
import { stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';

/** Their names change with what is in them. */
const ASSETS = 'assets/';
const PAGE = 'index.html';

export interface PageFile {
  readonly name: string;
  readonly isImmutable: boolean;
}

/** @returns 'unbuilt' where the page is not there, undefined for an asset that is not */
export async function pageFile(folder: string, path: string): Promise<PageFile | 'unbuilt' | undefined> {
  const name = normalize(path).replace(/^(\.\.(\/|$))+/, '');
  const isAsset = name.startsWith(ASSETS);
  if (await isFile(join(folder, name))) return { name, isImmutable: isAsset };
  if (!(await isFile(join(folder, PAGE)))) return 'unbuilt';
  return isAsset ? undefined : { name: PAGE, isImmutable: false };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // none, or a path that can't be one
  }
}
