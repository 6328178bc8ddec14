import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { ProviderTimeout } from '../../../server/src/errors';
import { uploadTo } from '../../../server/src/storage/provider/calls';
import type { ProviderFile, UploadProvider } from '../../../server/src/storage/provider/interface';
import { timed, within } from '../../../server/src/storage/provider/patience';

const never = () => new Promise<never>(() => {});
const limits = { call: 20, upload: 60 };

const fileOf = (chunks: number): ProviderFile => ({
  name: 'a.txt',
  hash: 'a',
  getStream: () => Readable.from(Array.from({ length: chunks }, () => Buffer.alloc(70_000, 'x'))),
});

describe('a call of a provider', () => {
  it.each(['delete', 'getSignedUrl', 'isPrivate', 'checkFileSize'] as const)(
    'that hangs ends in time: %s',
    async (method) => {
      const provider = { delete: never, [method]: never } as unknown as UploadProvider;
      const call = timed(provider, () => limits)[method] as () => Promise<unknown>;

      await expect(call()).rejects.toThrow(ProviderTimeout);
      await expect(call()).rejects.toMatchObject({ status: 503 });
    }
  );

  it('is made on the provider itself, with what its caller gives', async () => {
    const calls: unknown[][] = [];
    const provider = {
      deleted: 0,
      async delete(...args: unknown[]) {
        this.deleted += 1;
        calls.push(args);
      },
    };
    await timed(provider, () => limits).delete(fileOf(1), { force: true });

    expect(provider.deleted).toBe(1);
    expect(calls).toEqual([[expect.objectContaining({ name: 'a.txt' }), { force: true }]]);
  });

  it('that answers at once costs no timer, and one with promises of its own ends in time', async () => {
    const before = jest.spyOn(global, 'setTimeout');
    await expect(within(20, 'isPrivate', () => true)).resolves.toBe(true);
    expect(before).not.toHaveBeenCalled();
    before.mockRestore();
    const thenable = { then() {} } as unknown as Promise<never>;
    await expect(within(20, 'delete', () => thenable)).rejects.toThrow(ProviderTimeout);
  });

  it('may take as long as it likes with `false`', async () => {
    await expect(within(false, 'delete', () => setTimeout(50, 'done'))).resolves.toBe('done');
  });

  it('tells its own failure, and leaves no timer', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    await expect(
      within(60_000, 'delete', async () => {
        throw new Error('no bucket');
      })
    ).rejects.toThrow('no bucket');
    const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

    expect(after).toBeLessThanOrEqual(before);
  });
});

describe('an upload to a provider', () => {
  // The timers are fake and advance with the event loop. With real timers, a busy machine would be too slow for the
  // limits.
  it('may take long, as long as the provider reads', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      let read = 0;
      const provider = {
        async uploadStream({ stream }: ProviderFile) {
          for await (const chunk of stream!) {
            read += (chunk as Buffer).length;
            await new Promise((resolve) => globalThis.setTimeout(resolve, limits.upload / 3));
          }
        },
      } as unknown as UploadProvider;
      let isOver = false;
      const begun = Date.now();
      const sent = uploadTo({ provider, timeout: limits.upload }, fileOf(8)).finally(
        () => (isOver = true)
      );
      sent.catch(() => {});
      for (let rounds = 0; rounds < 1000 && !isOver; rounds += 1) {
        await new Promise(setImmediate);
        jest.advanceTimersByTime(limits.upload / 12);
      }
      await sent;

      expect(read).toBe(8 * 70_000);
      expect(Date.now() - begun).toBeGreaterThan(2 * limits.upload);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['reads nothing', 'stops reading', 'has read all'])(
    'ends in time when the provider %s and hangs',
    async (how) => {
      let opened: Readable | undefined;
      const provider = {
        async uploadStream({ stream }: ProviderFile) {
          opened = stream;
          const chunks = stream![Symbol.asyncIterator]();
          const reads = { 'reads nothing': 0, 'stops reading': 1, 'has read all': Infinity }[how]!;
          for (let read = 0, done = false; read < reads && !done; read += 1) {
            done = Boolean((await chunks.next()).done);
          }
          await never();
        },
      } as unknown as UploadProvider;
      const sent = uploadTo({ provider, timeout: limits.upload }, fileOf(4));

      await expect(sent).rejects.toThrow('"uploadStream" within 0.06 seconds');
      expect(opened!.destroyed).toBe(true);
    }
  );

  it('counts from the buffer where the provider gets one', async () => {
    const provider = { upload: never } as unknown as UploadProvider;

    await expect(uploadTo({ provider, timeout: 20 }, fileOf(1))).rejects.toThrow('"upload"');
  });
});
