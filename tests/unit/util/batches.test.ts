import { Batches } from '../../../server/src/util/batches';

describe('work that is done together', () => {
  const noting = (work: (items: readonly number[]) => Promise<unknown> = async () => {}) => {
    const calls: number[][] = [];
    const batches = new Batches<number>(async (items) => {
      calls.push([...items]);
      return work(items);
    });
    return { calls, batches };
  };

  it('takes what came in the same turn, each item once', async () => {
    const { calls, batches } = noting();
    await Promise.all([batches.add([1, 2]), batches.add([2, 3])]);

    expect(calls).toEqual([[1, 2, 3]]);
  });

  it('takes together what came while it was at work', async () => {
    let begun = () => {};
    let release = () => {};
    const atWork = new Promise<void>((resolve) => (begun = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const { calls, batches } = noting(() => {
      begun();
      return released;
    });
    const first = batches.add([1]);
    await atWork;
    const others = [batches.add([2]), batches.add([3])];
    release();
    await Promise.all([first, ...others]);

    expect(calls).toEqual([[1], [2, 3]]);
  });

  it('fails for nobody but the caller whose items it fails for', async () => {
    const { batches } = noting(async (items) => {
      if (items.includes(2)) {
        throw new Error('2 is held');
      }
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batches.add([item])));

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(batches.add([4])).resolves.toBeUndefined();
  });
});
