import { SlowFormats } from '../../../server/src/variants/slow-formats';
import type { FoundVariant, WantedVariant } from '../../../server/src/variants/variants';

const variant = (name: string) => ({ place: { name, isPrivate: false } }) as WantedVariant;

/** Slow formats, whose work succeeds unless the test says otherwise. */
function setUp() {
  const made: string[] = [];
  const state = {
    isIdle: true,
    make: async ({ place }: WantedVariant): Promise<FoundVariant | null> => ({ place, size: 1 }),
  };
  const warn = jest.fn();
  const slow = new SlowFormats({
    isIdle: () => state.isIdle,
    log: { warn },
    make: async (wanted) => {
      made.push(wanted.place.name);
      return state.make(wanted);
    },
  });
  const ask = (name: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      slow.missed(variant(name));
    }
  };
  return { slow, made, state, warn, ask };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const later = (ms = 1000) => jest.advanceTimersByTimeAsync(ms);

it('makes a variant after it was asked for twice, later', async () => {
  const { made, ask } = setUp();
  ask('a', 1);
  await later();
  expect(made).toEqual([]);
  ask('a', 1);
  expect(made).toEqual([]);
  await later();
  expect(made).toEqual(['a']);
});

it('makes nothing while images are processed', async () => {
  const { made, ask, state } = setUp();
  state.isIdle = false;
  ask('a', 2);
  await later(60_000);
  expect(made).toEqual([]);
  state.isIdle = true;
  await later();
  expect(made).toEqual(['a']);
});

it('makes one at a time, in their order', async () => {
  const { made, ask, state, slow } = setUp();
  let end = () => {};
  state.make = () => new Promise((resolve) => (end = () => resolve(null)));
  ask('a', 2);
  ask('b', 2);
  await later(10_000);
  expect(made).toEqual(['a']);
  end();
  await slow.idle();
  await later();
  expect(made).toEqual(['a', 'b']);
  end();
});

it.each<[string, () => Promise<FoundVariant | null>]>([
  ['an error', () => Promise.reject(new Error('no room'))],
  ['an image that cannot be decoded', async () => null],
  ['a variant that could not be stored', async () => ({ bytes: new Uint8Array(), etag: '"a"' })],
])('tries no second time after %s', async (_what, make) => {
  const { made, ask, state } = setUp();
  state.make = make;
  ask('a', 2);
  await later();
  ask('a', 10);
  await later();
  expect(made).toEqual(['a']);
});

it('logs an error', async () => {
  const { ask, state, warn } = setUp();
  state.make = () => Promise.reject(new Error('no room'));
  ask('a', 2);
  await later();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('no room'));
});

it('makes a variant again that was removed meanwhile', async () => {
  const { made, ask } = setUp();
  ask('a', 2);
  await later();
  ask('a', 2);
  await later();
  expect(made).toEqual(['a', 'a']);
});

it('lets at most 100 wait, and later those that found no place', async () => {
  const { made, ask, state } = setUp();
  state.isIdle = false;
  for (let index = 0; index < 150; index += 1) {
    ask(String(index), 2);
  }
  state.isIdle = true;
  await later(60_000);
  expect(made).toHaveLength(100);
  ask('149', 2);
  await later();
  expect(made.at(-1)).toBe('149');
});

it('counts a limited number of variants', async () => {
  const { made, ask } = setUp();
  ask('a', 1);
  for (let index = 0; index < 2000; index += 1) {
    ask(String(index), 1);
  }
  ask('a', 1);
  await later();
  expect(made).toEqual([]);
});

it('after its end, makes nothing and keeps no timer', async () => {
  const { made, ask, slow } = setUp();
  ask('a', 2);
  await slow.close();
  ask('b', 2);
  expect(jest.getTimerCount()).toBe(0);
  await later();
  expect(made).toEqual([]);
});

it('waits for the variant that is being made before it ends', async () => {
  const { ask, slow, state } = setUp();
  let end = () => {};
  state.make = () => new Promise((resolve) => (end = () => resolve(null)));
  ask('a', 2);
  ask('b', 2);
  await later();
  let isClosed = false;
  const closing = slow.close().then(() => (isClosed = true));
  await later();
  expect(isClosed).toBe(false);
  end();
  await closing;
  expect(jest.getTimerCount()).toBe(0);
});
