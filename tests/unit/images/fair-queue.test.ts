import { setTimeout } from 'node:timers/promises';
import { Admission } from '../../../server/src/images/render/admission';
import { FairQueue, NoRoom } from '../../../server/src/images/render/fair-queue';

/** Work for the queue. It runs until the test ends it. */
function job() {
  let end = () => {};
  const done = new Promise<void>((resolve) => (end = resolve));
  return { work: () => done, end: () => end() };
}

/** Waits until all work that can start has started. */
const settle = () => setTimeout(5);

describe('FairQueue', () => {
  it('never lets more run than fits', async () => {
    const queue = new FairQueue(() => 10);
    let used = 0;
    let most = 0;
    const costs = [4, 7, 3, 10, 1, 6, 2, 9, 5, 5];
    await Promise.all(
      costs.map((cost) =>
        queue.run(cost, async () => {
          used += cost;
          most = Math.max(most, used);
          await settle();
          used -= cost;
        })
      )
    );
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(7);
  });

  it('lets in what waits in the order of its coming, the small behind the large', async () => {
    const queue = new FairQueue(() => 10);
    const first = job();
    const begun: string[] = [];
    const all = [
      queue.run(8, first.work),
      queue.run(10, async () => void begun.push('large')),
      queue.run(1, async () => void begun.push('small')),
    ];
    await settle();
    expect(begun).toEqual([]);
    first.end();
    await Promise.all(all);
    expect(begun).toEqual(['large', 'small']);
  });

  it('refuses at once what can never fit', async () => {
    await expect(new FairQueue(() => 10).run(11, async () => {})).rejects.toThrow(NoRoom);
  });

  it('refuses what has waited too long, and lets those behind it in', async () => {
    const queue = new FairQueue(() => 10);
    const first = job();
    const running = queue.run(5, first.work);
    const late = queue.run(10, async () => {}, { until: Date.now() + 20 });
    const behind = queue.run(5, async () => 'behind');
    await expect(late).rejects.toThrow(NoRoom);
    expect(await behind).toBe('behind');
    first.end();
    await running;
  });

  it('forgets what is aborted while it waits, and begins nothing that is aborted already', async () => {
    const queue = new FairQueue(() => 1);
    const first = job();
    const running = queue.run(1, first.work);
    const gone = new AbortController();
    const waiting = queue.run(1, async () => {}, { signal: gone.signal });
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(queue.run(1, async () => {}, { signal: gone.signal })).rejects.toThrow('gone');
    first.end();
    await running;
    expect(await queue.run(1, async () => 'free')).toBe('free');
  });

  it('gives room back when work fails', async () => {
    const queue = new FairQueue(() => 1);
    const failing = queue.run(1, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await queue.run(1, async () => 'free')).toBe('free');
  });
});

describe('Admission', () => {
  const MB = 2 ** 20;
  const limits = { memoryBudget: () => 200 * MB, maxWait: () => 1000, threads: 2 };

  it('lets small pictures in while large ones wait', async () => {
    const admission = new Admission(limits);
    const jobs = Array.from({ length: 6 }, job);
    const large = jobs.map(({ work }) => admission.admit(20 * MB, work));
    await settle();
    expect(await admission.admit(MB, async () => 'small')).toBe('small');
    jobs.forEach(({ end }) => end());
    await Promise.all(large);
  });
});
