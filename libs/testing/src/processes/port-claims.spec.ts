import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PortClaims } from './port-claims.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'fanfare-claims-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a port is one’s at a time', () => {
  const [one, other] = [new PortClaims(folder), new PortClaims(folder)];
  expect([one.take(11_000), other.take(11_000), other.take(11_001)]).toEqual([true, false, true]);
});

test('the port of a process that is gone is free', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  writeFileSync(join(folder, '11000'), String(pid));
  expect(new PortClaims(folder).take(11_000)).toBe(true);
});

test('a claim that is just being written is one', () => {
  writeFileSync(join(folder, '11000'), '');
  expect(new PortClaims(folder).take(11_000)).toBe(false);
  expect(existsSync(join(folder, '11000'))).toBe(true);
});
