// Bundles a module for a page, from the sources of the workspace.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@fanfare/testing';

const esbuild = join(workspaceRoot(), 'node_modules/esbuild/bin/esbuild');
const options = ['--bundle', '--minify', '--format=esm', '--conditions=@fanfare/source', '--log-level=warning'];

/** @param entry from the root of the workspace */
export async function bundle(entry: string): Promise<string> {
  const { stdout } = await promisify(execFile)(esbuild, [entry, ...options], { cwd: workspaceRoot() });
  return stdout;
}
