import type { UploadProvider } from '../../../server/src/storage/provider/interface';
import { fetchFrom, type Fetch } from '../../../server/src/storage/provider/fetch-from';

const provider = {} as UploadProvider;
const file = { name: 'a.txt', hash: 'a', url: 'https://bucket.example/a.txt' };
const open = (answer: () => Promise<Response>) =>
  fetchFrom(provider, file as Parameters<typeof fetchFrom>[1], {
    fetch: answer as unknown as Fetch,
    patience: 300_000,
  });

/** A transfer has a time limit of some minutes. The timer of this limit must not outlive the transfer. */
describe('a transfer from a storage leaves no timer', () => {
  beforeEach(() =>
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  );
  afterEach(() => jest.useRealTimers());

  it('when all bytes are read', async () => {
    const bytes = await open(async () => new Response('hello'));
    expect(jest.getTimerCount()).toBe(1);
    let text = '';
    for await (const chunk of bytes) {
      text += Buffer.from(chunk).toString();
    }
    expect([text, jest.getTimerCount()]).toEqual(['hello', 0]);
  });

  it('when its reader stops early', async () => {
    const chunks = (await open(async () => new Response('hello')))[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.return?.();
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['the storage refuses', async () => new Response('no', { status: 403 }), 'with the status 403'],
    [
      'the storage cannot be reached',
      () => Promise.reject(new Error('ECONN')),
      'cannot be reached',
    ],
  ])('when %s', async (_what, answer, message) => {
    await expect(open(answer)).rejects.toThrow(message);
    expect(jest.getTimerCount()).toBe(0);
  });
});
