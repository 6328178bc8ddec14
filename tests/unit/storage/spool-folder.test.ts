import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SpoolFolder } from '../../../server/src/storage/spool-folder';
import { UnsyncedBytes } from '../../../server/src/storage/unsynced-bytes';

let root: string;
let folder: string;
let warn: jest.Mock;
let spool: SpoolFolder;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'spool-folder-'));
  folder = path.join(root, 'spool');
  warn = jest.fn();
  spool = new SpoolFolder(
    folder,
    { instance: 'one', durable: () => false, lease: () => 1000, unsynced: new UnsyncedBytes() },
    { warn }
  );
});
afterEach(async () => {
  for (const [message] of warn.mock.calls) {
    const [, fresh] = /spooled in (.*)\.$/.exec(message)!;
    await rm(fresh!, { recursive: true });
  }
  await rm(root, { recursive: true });
});

async function* bytes() {
  yield Buffer.from('bytes');
}

/**
 * A folder of another owner with files like those of a dead process. Another user's link could lead to such a folder.
 */
async function foreign(name: string) {
  const dir = path.join(root, name);
  await mkdir(path.join(dir, 'dead'), { recursive: true, mode: 0o700 });
  await writeFile(path.join(dir, 'dead/file'), 'not ours');
  const long = new Date(Date.now() - 60_000);
  await utimes(path.join(dir, 'dead'), long, long);
  return dir;
}

const OPEN: Array<[string, () => Promise<unknown>]> = [
  ['a symbolic link', async () => symlink(await foreign('elsewhere'), folder)],
  ['open to others', async () => chmod(await foreign('spool'), 0o755)],
  ['a file', () => writeFile(folder, 'not ours')],
];

it.each(OPEN)('a folder that is %s is neither written to nor swept', async (what, make) => {
  await make();
  const { path: file } = await spool.write(bytes());
  expect(path.relative(root, file)).toMatch(/^\.\./);
  expect((await lstat(path.dirname(path.dirname(file)))).mode & 0o777).toBe(0o700);
  expect(warn).toHaveBeenCalledTimes(1);
  // Later calls use the folder that replaces the refused folder, without another warning.
  await spool.write(bytes());
  await spool.sweep([]);
  await spool.touch();
  expect(warn).toHaveBeenCalledTimes(1);
  if (what !== 'a file') {
    expect(await readdir(path.join(folder, 'dead'))).toEqual(['file']);
  }
});

it('an own folder that was swapped for a symbolic link between two uses is left alone', async () => {
  await spool.write(bytes());
  await rm(path.join(folder, 'one'), { recursive: true });
  await symlink(await foreign('elsewhere'), path.join(folder, 'one'));
  await spool.write(bytes());
  expect(warn).toHaveBeenCalledTimes(1);
  expect(await readdir(path.join(root, 'elsewhere'))).toEqual(['dead']);
});

it('a folder of this user alone is used, and swept of what dead processes left', async () => {
  await chmod(await foreign('spool'), 0o700);
  const { path: file } = await spool.write(bytes());
  expect(path.dirname(file)).toBe(path.join(folder, 'one'));
  await spool.sweep([]);
  expect(await readdir(folder)).toEqual(['one']);
  expect(warn).not.toHaveBeenCalled();
});

it('a folder that is not there is made for this user alone', async () => {
  await spool.write(bytes());
  for (const dir of [folder, path.join(folder, 'one')]) {
    expect((await lstat(dir)).mode & 0o777).toBe(0o700);
  }
});
