import { withTimeout } from '../../../server/src/util/signals';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

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

  it('holds no timer when it has ended, and when it has failed', async () => {
    jest.useFakeTimers();
    try {
      await expect(withTimeout(60_000, undefined, async () => jest.getTimerCount())).resolves.toBe(
        1
      );
      expect(jest.getTimerCount()).toBe(0);
      const broken = async () => {
        throw new Error('broken');
      };
      await expect(withTimeout(60_000, undefined, broken)).rejects.toThrow('broken');
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
