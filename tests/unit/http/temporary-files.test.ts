import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  removeUnused,
  sweeperOf,
  sweepTemporaryFiles,
  temporaryFiles,
} from '../../../server/src/http/other-forms/temporary-files';

const ONE = 'k3b1n8s0x4q7w2e5r6t9y0u1i';
const TWO = 'a0b1c2d3e4f5g6h7i8j9k0l1m';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'temporary-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (name: string, daysOld = 0) => {
  const file = path.join(folder, name);
  await writeFile(file, 'x');
  const time = new Date(Date.now() - daysOld * 24 * 60 * 60 * 1000);
  await utimes(file, time, time);
  return file;
};
const names = async () => (await readdir(folder)).sort();

it('temporary files of a request are those with koa-body’s names, in every field', () => {
  const files = {
    files: [{ filepath: `/anywhere/${ONE}` }, { filepath: `/anywhere/${TWO}.png` }],
    avatar: { filepath: `/anywhere/${TWO}` },
    own: { filepath: '/etc/passwd' },
    other: { filepath: 7 },
  };
  expect(temporaryFiles(files)).toEqual([
    `/anywhere/${ONE}`,
    `/anywhere/${TWO}.png`,
    `/anywhere/${TWO}`,
  ]);
  expect(temporaryFiles(undefined)).toEqual([]);
});

it('they are those of an older formidable too, which may begin with a digit', () => {
  const old = path.join(os.tmpdir(), '0f3a9c1b2d4e5f60718293a4b');
  expect(temporaryFiles({ avatar: { filepath: old } })).toEqual([old]);
});

it('they are known as open through a folder that is a symbolic link', async () => {
  const link = `${folder}-link`;
  await symlink(folder, link);
  const held = await open(await write(ONE));
  try {
    await removeUnused([path.join(link, ONE)]);
    expect(await names()).toEqual([ONE]);
  } finally {
    await held.close();
    await rm(link);
  }
});

it('they are removed, unless the project has moved them or holds them open', async () => {
  const [one, two] = [await write(ONE), await write(TWO)];
  const moved = await write('m0b1c2d3e4f5g6h7i8j9k0l1m');
  await rename(moved, path.join(folder, 'moved.txt'));
  const held = await open(two);
  try {
    await removeUnused([one, two, moved]);
    expect(await names()).toEqual([TWO, 'moved.txt'].sort());
  } finally {
    await held.close();
  }
  await removeUnused([two]);
  expect(await names()).toEqual(['moved.txt']);
});

it('one that is being written and not closed yet, as koa-body’s are on a slow disk, is removed too', async () => {
  const [one, two] = [await write(ONE), await write(TWO)];
  const handles = [await open(one, 'w'), await open(two, 'r+')];
  try {
    await removeUnused([one, two]);
    expect(await names()).toEqual([TWO]);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
});

it('what a dead process left is swept by its age and name alone', async () => {
  await write(ONE, 2);
  await write(`${TWO}.png`, 2);
  await write('fresh1c2d3e4f5g6h7i8j9k0l', 0);
  await write('my-notes.txt', 2);
  await write('0b1c2d3e4f5g6h7i8j9k0l1mx', 2);
  await mkdir(path.join(folder, 'folder2d3e4f5g6h7i8j9k0lx'));
  await symlink('/etc/hostname', path.join(folder, 'linkc2d3e4f5g6h7i8j9k0lxy'));
  await sweepTemporaryFiles(folder, Date.now());
  expect(await names()).toEqual(
    [
      '0b1c2d3e4f5g6h7i8j9k0l1mx',
      'folder2d3e4f5g6h7i8j9k0lx',
      'fresh1c2d3e4f5g6h7i8j9k0l',
      'linkc2d3e4f5g6h7i8j9k0lxy',
      'my-notes.txt',
    ].sort()
  );
  await sweepTemporaryFiles(path.join(folder, 'nowhere'));
});

it('the folder is looked at once an hour, however often somebody asks', async () => {
  let now = Date.now();
  let current: string | null = null;
  const sweep = sweeperOf(
    () => current,
    () => now
  );
  await write(ONE, 2);
  await sweep();
  expect(await names()).toEqual([ONE]);
  current = folder;
  await sweep();
  expect(await names()).toEqual([]);
  await write(TWO, 2);
  now += 59 * 60 * 1000;
  await sweep();
  expect(await names()).toEqual([TWO]);
  now += 60 * 1000;
  await sweep();
  expect(await names()).toEqual([]);
});
