import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LeaseLost } from '../../../server/src/errors';
import type { Ledger } from '../../../server/src/ledger/ledger';
import { MarkedFiles } from '../../../server/src/ledger/marked-files';
import type { LedgerObject } from '../../../server/src/ledger/model';
import { StagingMarkers } from '../../../server/src/storage/markers';
import { StagingFolder } from '../../../server/src/storage/staging-folder';
import { UnsyncedBytes } from '../../../server/src/storage/unsynced-bytes';

const object = (hash: string): LedgerObject => ({
  hash,
  ext: '.png',
  name: hash,
  mime: 'image/png',
  path: null,
});
const FILE = [object('a_1'), object('thumbnail_a_1')];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'marked-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stagingOf = (instance: string) =>
  new StagingFolder(folder, {
    instance,
    durable: () => true,
    lease: () => 1000,
    unsynced: new UnsyncedBytes(),
  });

/** The marked files of a process, with a fake ledger. `taken` holds the keys that have a ledger row. */
function processOf(instance: string, taken: Set<string>) {
  const recorded: string[] = [];
  const ledger = {
    async record(key: string) {
      recorded.push(key);
    },
    abandoned: {
      async condemnMarked(
        key: string,
        _provider: string,
        { objects, isMarked }: { objects: LedgerObject[]; isMarked(): boolean }
      ) {
        if (taken.has(key) || !isMarked()) {
          return null;
        }
        taken.add(key);
        return { key, objects };
      },
    },
  } as unknown as Ledger;
  const markers = new StagingMarkers(stagingOf(instance));
  return { marked: new MarkedFiles(markers, ledger, () => 'local'), markers, recorded };
}

const names = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => /mark/.test(name));

/**
 * Begins an upload.
 *
 * @returns the key of the upload
 */
const begin = async (marked: MarkedFiles): Promise<string> => {
  const [begun] = await marked.begin([{ objects: FILE }]);
  return begun!.key;
};

const silence = async (instance: string) => {
  const long = new Date(Date.now() - 60_000);
  await utimes(path.join(folder, instance), long, long);
};

describe('files that markers name', () => {
  it('have one for each object until they are cleared', async () => {
    const { marked, recorded } = processOf('one', new Set());
    const key = await begin(marked);
    expect(await names()).toHaveLength(2);
    const file = { id: 1, documentId: 'd' };
    await marked.record(key, file, { objects: FILE, creator: null });
    expect(recorded).toEqual([key]);
    await marked.clear(key, FILE);
    expect(await names()).toEqual([]);
    await expect(marked.record(key, file, { objects: FILE, creator: null })).rejects.toThrow(
      LeaseLost
    );
  });

  it('leave no marker where one cannot be made', async () => {
    const { marked } = processOf('one', new Set());
    const impossible = object('no/such/folder');
    await expect(
      marked.begin([{ objects: FILE }, { objects: [object('b_1'), impossible] }])
    ).rejects.toThrow('ENOENT');
    expect(await names()).toEqual([]);
  });

  it('that a dead process has left are taken over once, also by who has looked before', async () => {
    const taken = new Set<string>();
    const key = await begin(processOf('dead', taken).marked);
    await silence('dead');
    const [one, other] = [processOf('one', taken), processOf('other', taken)];
    const looked = await other.markers.abandoned();
    jest.spyOn(other.markers, 'abandoned').mockResolvedValue(looked);

    const rows = await one.marked.takeOver();
    expect(rows).toMatchObject([{ key, objects: [{ hash: 'a_1' }, { hash: 'thumbnail_a_1' }] }]);
    expect(await names()).toEqual([]);
    // Now the removal has ended, so its ledger row is gone.
    taken.clear();
    expect(await other.marked.takeOver()).toEqual([]);
  });

  it('are left alone while their process shows that it lives', async () => {
    const taken = new Set<string>();
    await processOf('alive', taken).marked.begin([{ objects: FILE }]);
    expect(await processOf('one', taken).marked.takeOver()).toEqual([]);
    expect(await names()).toHaveLength(2);
  });

  it('keep their folder from being swept away', async () => {
    await processOf('dead', new Set()).marked.begin([{ objects: FILE }]);
    await silence('dead');
    await stagingOf('one').sweep([]);
    expect(await names()).toHaveLength(2);
  });
});
