import { ProviderTimeout } from '../../../server/src/errors';
import { Attempt } from '../../../server/src/attempt/attempt';
import type { Ledger } from '../../../server/src/ledger/ledger';
import type { Storage } from '../../../server/src/storage/port';
import { Workload } from '../../../server/src/attempt/workload';

/** A fake storage and a fake ledger. Their methods in `failing` fail. */
function fakes(failing: Partial<Record<keyof Storage, Error>> = {}) {
  const calls: string[] = [];
  const method =
    (name: string, value: unknown = undefined) =>
    async () => {
      calls.push(name);
      const error = failing[name as keyof Storage];
      if (error) {
        throw error;
      }
      return value;
    };
  const storage = {
    stage: method('stage', { id: 's', size: 1, sha256: 'x', path: '/s' }),
    persist: method('persist'),
    publish: method('publish', { url: '/u' }),
    newKeep: () => 'keep',
    swap: method('swap', { url: '/u' }),
    restore: method('restore'),
    forget: method('forget'),
    sync: method('sync'),
    discard: method('discard'),
    remove: method('remove'),
  } as unknown as Storage;
  const ledger = {
    async begin(_provider: string, files: object[]) {
      calls.push('begin');
      return files.map((file) => ({ ...file, key: 'key' }));
    },
    name: method('name'),
    close: method('close'),
    abandon: () => void calls.push('abandon'),
  } as unknown as Ledger;
  const warnings: string[] = [];
  const log = { warn: (message: string) => void warnings.push(message) };
  const attempt = new Attempt({
    storage,
    ledger,
    marked: null,
    provider: () => 'p',
    creator: () => null,
    concurrency: () => 1,
    hold: async () => 'key',
    log,
  });
  return { attempt, calls, warnings };
}

const address = { name: 'a', hash: 'a', ext: '', mime: 'a/a', path: null };
const body = async function* () {
  yield Buffer.from('x');
};

describe('an attempt', () => {
  it('knows the ledger rows that were written beside a sync that failed', async () => {
    const { attempt, calls } = fakes({ persist: new Error('EIO') });
    const staged = await attempt.stage(body());
    await expect(attempt.place([{ placements: [{ staged, address }] }])).rejects.toThrow('EIO');
    await attempt.undo();
    expect(calls).toEqual(['stage', 'begin', 'persist', 'discard', 'close']);
  });

  it('takes published objects away again', async () => {
    const { attempt, calls } = fakes();
    const staged = await attempt.stage(body());
    await attempt.place([{ placements: [{ staged, address }] }]);
    await attempt.undo();
    expect(calls.slice(-2)).toEqual(['remove', 'close']);
  });

  it('leaves to recovery what the storage does not take back, and says so', async () => {
    const { attempt, calls, warnings } = fakes({ restore: new Error('EROFS') });
    const staged = await attempt.stage(body());
    const key = await attempt.hold(1);
    await attempt.placeHeld(key, [{ staged, address, old: { ...address, url: '/u' } }]);
    await attempt.undo();
    expect(calls).toContain('abandon');
    expect(calls).not.toContain('close');
    expect(warnings).toEqual([expect.stringContaining('EROFS')]);
  });

  it('leaves to recovery what a storage may store after all, and notes that it may', async () => {
    const { attempt, calls } = fakes({ publish: new ProviderTimeout('upload', 1) });
    const staged = await attempt.stage(body());
    await expect(attempt.place([{ placements: [{ staged, address }] }])).rejects.toThrow(
      ProviderTimeout
    );
    await attempt.undo();
    expect(calls).toEqual(['stage', 'begin', 'persist', 'publish', 'discard', 'name', 'abandon']);
  });

  it('undoes nothing twice', async () => {
    const { attempt, calls } = fakes();
    const staged = await attempt.stage(body());
    await attempt.place([{ placements: [{ staged, address }] }]);
    await attempt.undo();
    const count = calls.length;
    await attempt.undo();
    expect(calls).toHaveLength(count);
  });
});

describe('the workload', () => {
  it('refuses new work while it closes, and lets running work and its parts end', async () => {
    const workload = new Workload(1000);
    let finish: () => void = () => {};
    const part = () => workload.track(async () => 'part');
    const running = workload.run(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return part();
    });
    const closed = workload.close();
    await expect(workload.run(async () => {})).rejects.toThrow('shutting down');
    finish();
    expect(await running).toBe('part');
    await closed;
  });

  it('breaks off what takes too long', async () => {
    const workload = new Workload(20);
    let stop: () => void = () => {};
    const stuck = new Promise<void>((_, reject) => (stop = () => reject(new Error('stopped'))));
    const running = workload.run(
      () => stuck,
      () => stop()
    );
    running.catch(() => {});
    await workload.close();
    await expect(running).rejects.toThrow('stopped');
  });

  it('ends in bounded time where nothing breaks the work off, and tells how much is left', async () => {
    const workload = new Workload(20, 20);
    void workload.run(() => new Promise(() => {}));

    expect(await workload.close()).toBe(1);
  });
});
