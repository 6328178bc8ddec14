import { setTimeout } from 'node:timers/promises';
import { inParallel } from '../../../server/src/util/parallel';

describe('work in parallel', () => {
  it('is done a bounded number at once, begun and answered in its order', async () => {
    const begun: number[] = [];
    let now = 0;
    let most = 0;
    const results = await inParallel([30, 5, 20, 1, 10], 2, async (pause) => {
      begun.push(pause);
      most = Math.max(most, ++now);
      await setTimeout(pause);
      now -= 1;
      return pause * 2;
    });
    expect(results).toEqual([60, 10, 40, 2, 20]);
    expect(begun).toEqual([30, 5, 20, 1, 10]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure, and waits for what runs before telling it', async () => {
    const ended: string[] = [];
    const working = inParallel(['slow', 'fails', 'never'], 2, async (name) => {
      if (name === 'fails') {
        throw new Error(name);
      }
      await setTimeout(20);
      ended.push(name);
    });
    await expect(working).rejects.toThrow('fails');
    expect(ended).toEqual(['slow']);
  });

  it('is done one at a time for a limit below one, and not at all without items', async () => {
    expect(await inParallel([1, 2], 0, async (item) => item)).toEqual([1, 2]);
    expect(await inParallel([], 3, async (item) => item)).toEqual([]);
  });
});
