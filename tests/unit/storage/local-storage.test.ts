import {
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LocalStorage } from '../../../server/src/storage/local';
import type { ObjectAddress, StoredObject } from '../../../server/src/storage/port';
import { UnsyncedBytes } from '../../../server/src/storage/unsynced-bytes';

jest.mock('node:fs/promises', () => {
  const actual = jest.requireActual('node:fs/promises');
  return { ...actual, link: jest.fn(actual.link) };
});
const realLink = jest.mocked(link).getMockImplementation()!;

let folder: string;
let storage: LocalStorage;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'local-storage-'));
  storage = new LocalStorage(folder, {
    instance: 'one',
    durable: () => true,
    lease: () => 1000,
    unsynced: new UnsyncedBytes(),
  });
});
afterEach(async () => {
  jest.mocked(link).mockImplementation(realLink);
  await rm(folder, { recursive: true });
});

const ADDRESS: ObjectAddress = {
  name: 'a.txt',
  hash: 'a_1',
  ext: '.txt',
  mime: 'text/plain',
  path: null,
};
const STORED: StoredObject = { ...ADDRESS, url: '/uploads/a_1.txt' };

async function* bytes(text: string) {
  yield Buffer.from(text);
}

const content = () => readFile(path.join(folder, 'a_1.txt'), 'utf8').catch(() => null);
const staged = async () => readdir(path.join(folder, '.staging/one')).catch(() => []);

const replace = async (text: string) => {
  const keep = storage.newKeep();
  await storage.swap({ staged: await storage.stage(bytes(text)), address: ADDRESS }, STORED, keep);
  return keep;
};

describe('a replacement of bytes that are missing', () => {
  it('leaves nothing at the address when it is undone', async () => {
    const keep = await replace('new');
    expect(await content()).toBe('new');
    await storage.restore(ADDRESS, keep);
    expect(await content()).toBeNull();
    expect(await staged()).toEqual([]);
  });

  it('leaves no note of it when it is done', async () => {
    await storage.forget(await replace('new'));
    expect(await content()).toBe('new');
    expect(await staged()).toEqual([]);
  });
});

it('an undo of a replacement that never began leaves the bytes as they are', async () => {
  await storage.publish({ staged: await storage.stage(bytes('old')), address: ADDRESS });
  await storage.restore(ADDRESS, storage.newKeep());
  expect(await content()).toBe('old');
});

it('an undone replacement gives the old bytes back', async () => {
  await storage.publish({ staged: await storage.stage(bytes('old')), address: ADDRESS });
  await storage.restore(ADDRESS, await replace('new'));
  expect(await content()).toBe('old');
});

it.each([
  ['with hard links', null],
  ['where the file system has no hard links', 'EPERM'],
])(
  'replacements within one tick each have a later time than the one before, %s',
  async (_what, code) => {
    if (code) {
      jest.mocked(link).mockRejectedValue(Object.assign(new Error(code), { code }));
    }
    const file = path.join(folder, 'a_1.txt');
    await storage.publish({ staged: await storage.stage(bytes('0')), address: ADDRESS });
    // Simulates a clock that stands still: the old file gets a time that is not earlier than that of the new file.
    const ahead = new Date(Date.now() + 5000);
    await utimes(file, ahead, ahead);
    const times = [(await stat(file, { bigint: true })).mtimeNs];
    for (const text of ['1', '2', '3']) {
      await storage.forget(await replace(text));
      times.push((await stat(file, { bigint: true })).mtimeNs);
    }
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(times).size).toBe(4);
  }
);

describe('where the file system has no hard links', () => {
  beforeEach(() => {
    jest.mocked(link).mockRejectedValue(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
  });

  const publish = async (text: string) =>
    storage.publish({ staged: await storage.stage(bytes(text)), address: ADDRESS });

  it('an object is never overwritten', async () => {
    await publish('first');
    await expect(publish('second')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await content()).toBe('first');
  });

  it('one of many that publish under one name at once does so', async () => {
    const others = ['two', 'three'].map(
      (instance) =>
        new LocalStorage(folder, {
          instance,
          durable: () => true,
          lease: () => 1000,
          unsynced: new UnsyncedBytes(),
        })
    );
    const storages = [storage, ...others];
    const staged = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const one = storages[index % 3]!;
        return { one, text: `${index}`, staged: await one.stage(bytes(`${index}`)) };
      })
    );
    const results = await Promise.allSettled(
      staged.map(({ one, staged }) => one.publish({ staged, address: ADDRESS }))
    );
    const stored = staged.filter((_, index) => results[index]!.status === 'fulfilled');
    expect(stored.map(({ text }) => text)).toEqual([await content()]);
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason.code] : []
    );
    expect(new Set(codes)).toEqual(new Set(['EEXIST']));
    expect(await readdir(path.join(folder, '.staging/locks'))).toEqual([]);
  });

  it('a lock that a dead process left is swept away', async () => {
    const locks = path.join(folder, '.staging/locks');
    await mkdir(locks, { recursive: true });
    await writeFile(path.join(locks, 'a_1.txt'), '');
    await expect(publish('first')).rejects.toMatchObject({ code: 'EEXIST' });
    const before = new Date(Date.now() - 5000);
    await utimes(locks, before, before);
    await storage.sweep([]);
    await publish('first');
    expect(await content()).toBe('first');
  });
});
