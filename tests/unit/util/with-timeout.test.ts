import { withTimeout } from '../../../server/src/util/signals';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('work with a time limit', () => {
  it('is aborted when its time is over', async () => {
    await expect(withTimeout(10, undefined, untilAborted)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('is aborted with the reason of the given signal, also if that was aborted before', async () => {
    const gone = new Error('the client is gone');
    const controller = new AbortController();
    const work = withTimeout(60_000, controller.signal, untilAborted);
    controller.abort(gone);
    await expect(work).rejects.toBe(gone);
    await expect(withTimeout(60_000, controller.signal, untilAborted)).rejects.toBe(gone);
  });

  it('holds neither a timer nor a listener when it has ended', async () => {
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    const before = timers();
    await expect(withTimeout(60_000, signal, async () => 'done')).resolves.toBe('done');
    expect(timers()).toBe(before);
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});
