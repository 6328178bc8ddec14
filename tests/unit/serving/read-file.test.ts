import fs from 'node:fs';
import { mkdtemp, open, readdir, readlink, rm, writeFile, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Context } from 'koa';
import { serveLocalFiles } from '../../../server/src/serving/local-files';
import { FileRange } from '../../../server/src/serving/read-file';

/** Size of a file that is too large for the cache in memory. */
const SIZE = 100_000;

let folder: string;
let handle: FileHandle;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'read-file-'));
  await writeFile(path.join(folder, 'file.txt'), Buffer.alloc(SIZE));
  handle = await open(path.join(folder, 'file.txt'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await handle.close();
  await rm(folder, { recursive: true });
});

it('is not over before a read that goes on is: the number of a closed file can be another’s', async () => {
  let finish: ((error: Error | null, bytesRead: number) => void) | undefined;
  jest.spyOn(fs, 'read').mockImplementation(((...args: unknown[]) => {
    finish = args.at(-1) as typeof finish;
  }) as typeof fs.read);
  const range = new FileRange(handle, { start: 0, end: SIZE - 1 });
  let closed = false;
  range.once('close', () => (closed = true)).resume();
  await setImmediate();
  range.destroy();
  await setImmediate();
  expect(closed).toBe(false);
  finish!(null, 10);
  await setImmediate();
  expect(closed).toBe(true);
});

it('closes a file that cannot be read', async () => {
  jest.spyOn(Object.getPrototypeOf(handle), 'read').mockRejectedValue(new Error('EIO'));
  const ctx = { method: 'GET', headers: {} } as Context;
  await expect(serveLocalFiles(folder)(ctx, 'file.txt', () => {})).rejects.toThrow('EIO');
  for (let tries = 0; (await openCount()) > 1 && tries < 100; tries += 1) {
    await setImmediate();
  }
  // Only the handle of this test is still open.
  expect(await openCount()).toBe(1);
});

/** Number of open handles of this process for the file. */
async function openCount(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => '')
  );
  return (await Promise.all(links)).filter((target) => target === path.join(folder, 'file.txt'))
    .length;
}
