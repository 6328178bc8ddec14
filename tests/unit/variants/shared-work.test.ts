import { setTimeout } from 'node:timers/promises';
import { SharedWork } from '../../../server/src/variants/shared-work';

const unhandled = jest.fn();
beforeAll(() => void process.on('unhandledRejection', unhandled));
afterAll(() => void process.off('unhandledRejection', unhandled));
afterEach(async () => {
  await setTimeout(5);
  expect(unhandled).not.toHaveBeenCalled();
});

/** Work that the test ends. It notes its signals. */
function manual() {
  const signals: AbortSignal[] = [];
  const ends: Array<{ resolve(value: string): void; reject(error: Error): void }> = [];
  const start = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      signals.push(signal);
      ends.push({ resolve, reject });
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  return { signals, ends, start };
}

const leaver = () => {
  const controller = new AbortController();
  return { signal: controller.signal, leave: () => controller.abort(new Error('gone')) };
};

it('does equal work once, and other work separately', async () => {
  const shared = new SharedWork<string>();
  const { start, ends } = manual();
  const same = [shared.join('a', start), shared.join('a', start), shared.join('a', start)];
  const other = shared.join('b', start);
  expect(ends).toHaveLength(2);
  ends[0]!.resolve('one');
  ends[1]!.resolve('other');
  expect(await Promise.all(same)).toEqual(['one', 'one', 'one']);
  expect(await other).toBe('other');
});

it('begins again after the work has ended', async () => {
  const shared = new SharedWork<string>();
  const start = jest.fn(async () => 'made');
  await shared.join('a', start);
  await shared.join('a', start);
  expect(start).toHaveBeenCalledTimes(2);
});

it('goes on until the last caller has left', async () => {
  const shared = new SharedWork<string>();
  const { start, signals } = manual();
  const callers = [leaver(), leaver(), leaver()];
  const results = callers.map(({ signal }) => shared.join('a', start, signal));
  for (const [index, { leave }] of callers.entries()) {
    expect(signals[0]!.aborted).toBe(false);
    leave();
    await expect(results[index]).rejects.toThrow('gone');
  }
  expect(signals[0]!.aborted).toBe(true);
});

it('gives those who stay the result', async () => {
  const shared = new SharedWork<string>();
  const { start, ends, signals } = manual();
  const first = leaver();
  const left = shared.join('a', start, first.signal);
  const stays = shared.join('a', start);
  first.leave();
  await expect(left).rejects.toThrow('gone');
  expect(signals[0]!.aborted).toBe(false);
  ends[0]!.resolve('made');
  expect(await stays).toBe('made');
});

it('does not let a late caller join work that is stopped', async () => {
  const shared = new SharedWork<string>();
  const { start, ends } = manual();
  const first = leaver();
  const left = shared.join('a', start, first.signal);
  first.leave();
  await expect(left).rejects.toThrow('gone');
  const late = shared.join('a', start);
  expect(ends).toHaveLength(2);
  ends[1]!.resolve('new');
  expect(await late).toBe('new');
});

it('begins nothing for a caller that has left already', async () => {
  const shared = new SharedWork<string>();
  const { start, ends } = manual();
  const { signal, leave } = leaver();
  leave();
  await expect(shared.join('a', start, signal)).rejects.toThrow('gone');
  expect(ends).toHaveLength(0);
});

it('gives all callers the error, and then begins again', async () => {
  const shared = new SharedWork<string>();
  const { start, ends } = manual();
  const all = Promise.allSettled([1, 2, 3].map(() => shared.join('a', start)));
  ends[0]!.reject(new Error('broken'));
  for (const result of await all) {
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'broken' } });
  }
  const again = shared.join('a', start);
  ends[1]!.resolve('made');
  expect(await again).toBe('made');
});

it('leaves no listener on the signals of its callers', async () => {
  const shared = new SharedWork<string>();
  const { signal } = leaver();
  const added = jest.spyOn(signal, 'addEventListener');
  const removed = jest.spyOn(signal, 'removeEventListener');
  await shared.join('a', async () => 'made', signal);
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
});

it('an error after the last caller has left reaches nobody', async () => {
  const shared = new SharedWork<string>();
  const { signal, leave } = leaver();
  let fail = (_error: Error) => {};
  const work = new Promise<string>((_resolve, reject) => (fail = reject));
  const left = shared.join('a', () => work, signal);
  leave();
  await expect(left).rejects.toThrow('gone');
  fail(new Error('too late'));
});
