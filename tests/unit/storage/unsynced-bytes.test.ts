import { UnsyncedBytes } from '../../../server/src/storage/unsynced-bytes';

const MB = 2 ** 20;

/** A fake disk. The test decides when each sync ends, and how long it took. */
function disk() {
  const calls: Array<{ file: string; what: string; end(error?: Error): Promise<void> }> = [];
  const sync = (file: string, what: 'all' | 'data') =>
    new Promise<void>((resolve, reject) => {
      const end = async (error?: Error) => {
        if (error) {
          reject(error);
        } else {
          resolve();
        }
        await turn();
      };
      calls.push({ file, what, end });
    });
  return { calls, unsynced: new UnsyncedBytes(sync) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Whether a promise has resolved after a turn of the event loop. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => (over = true));
  await turn();
  return over;
}

describe('unsynced bytes', () => {
  let now: number;
  beforeEach(() => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  it('of small files are left to the one sync at their end', async () => {
    const { calls, unsynced } = disk();
    expect(await isOver(unsynced.wrote('a', 15 * MB))).toBe(true);
    expect(calls).toEqual([]);
    void unsynced.finish('a');
    expect(calls).toMatchObject([{ file: 'a', what: 'all' }]);
  });

  it('of a large file are synced while more come, one sync at a time', async () => {
    const { calls, unsynced } = disk();
    for (let written = 0; written < 20; written += 1) {
      expect(await isOver(unsynced.wrote('a', MB))).toBe(true);
    }
    expect(calls).toMatchObject([{ file: 'a', what: 'data' }]);
    await calls[0]!.end();
    // Bytes that were written during the first sync may not be on the disk, so they need a second sync.
    expect(await isOver(unsynced.wrote('a', 12 * MB))).toBe(true);
    expect(calls).toHaveLength(2);
  });

  it('hold up who writes, and who wants to commit, where the disk is slower', async () => {
    const { calls, unsynced } = disk();
    const written = [unsynced.wrote('a', 20 * MB), unsynced.wrote('b', 20 * MB)];
    expect(await isOver(written[1]!)).toBe(false);
    expect(await isOver(unsynced.allWritten())).toBe(false);
    await calls[0]!.end();
    expect(await isOver(written[1]!)).toBe(true);
    expect(await isOver(unsynced.allWritten())).toBe(true);
  });

  it('of many small files are synced too: the largest first', async () => {
    const { calls, unsynced } = disk();
    for (const [file, size] of [
      ['a', 5],
      ['b', 6],
      ['c', 5],
      ['d', 4],
    ] as const) {
      void unsynced.wrote(file, size * MB);
    }
    expect(calls).toMatchObject([{ file: 'b' }]);
    await calls[0]!.end();
    expect(calls).toHaveLength(1);
  });

  it('of files that are gone count no more', async () => {
    const { calls, unsynced } = disk();
    const written = [unsynced.wrote('a', 30 * MB), unsynced.wrote('b', 10 * MB)];
    expect(await isOver(written[1]!)).toBe(false);
    unsynced.forget('a');
    expect(await isOver(written[1]!)).toBe(true);
    // The sync of the removed file fails. The error does not matter.
    await calls[0]!.end(new Error('ENOENT'));
    const finished = unsynced.finish('a');
    await calls[1]!.end();
    await expect(finished).resolves.toBeUndefined();
  });

  it('that could not be synced fail their file at its end: the system tells that once', async () => {
    const { calls, unsynced } = disk();
    void unsynced.wrote('a', 20 * MB);
    const finished = unsynced.finish('a');
    const failed = expect(finished).rejects.toThrow('EIO');
    await calls[0]!.end(new Error('EIO'));
    await failed;
    expect(calls).toHaveLength(1);
    await expect(unsynced.finish('a')).rejects.toThrow('EIO');
    unsynced.forget('a');
    const again = unsynced.finish('a');
    await calls[1]!.end();
    await expect(again).resolves.toBeUndefined();
  });

  it('are synced in smaller steps where the disk is slow, and in larger ones again where it is not', async () => {
    const { calls, unsynced } = disk();
    const steps: number[] = [];
    const nextSync = async (ms: number) => {
      const before = calls.length;
      for (let written = 1; written <= 64; written += 1) {
        void unsynced.wrote('a', MB / 2);
        if (calls.length > before) {
          steps.push(written / 2);
          break;
        }
      }
      now += ms;
      await calls.at(-1)!.end();
    };
    for (const ms of [300, 300, 300, 300, 300, 300, 10, 10, 10, 30]) {
      await nextSync(ms);
    }
    expect(steps).toEqual([16, 8, 4, 2, 1, 1, 1, 2, 4, 8]);
  });
});
