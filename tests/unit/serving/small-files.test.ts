import type { BigIntStats } from 'node:fs';
import { SmallFiles } from '../../../server/src/serving/small-files';

// The clock stands still. Otherwise, on a slow machine, a file that has just changed would become old enough for the
// cache.
jest.useFakeTimers({ now: 1_000_000_000_000 });

const state = (ino: number, size = 50_000, age = 10_000) =>
  ({
    dev: 1n,
    ino: BigInt(ino),
    size: BigInt(size),
    mtimeNs: 1n,
    ctimeNs: 1n,
    ctimeMs: BigInt(Date.now() - age),
  }) as BigIntStats;

it('keeps no more bytes than it may: what was asked for last stays', () => {
  const files = new SmallFiles();
  const bytes = Buffer.alloc(50_000);
  for (let ino = 0; ino < 1000; ino += 1) {
    files.put(state(ino), bytes);
    files.get(state(0));
  }
  const kept = Array.from({ length: 1000 }, (_, ino) => files.get(state(ino))).filter(Boolean);
  expect(kept.length * bytes.length).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(kept.length).toBeGreaterThan(300);
  expect(files.get(state(0))).toBe(bytes);
  expect(files.get(state(1))).toBeUndefined();
});

it('counts a file once that two requests bring', () => {
  const files = new SmallFiles();
  for (let time = 0; time < 1000; time += 1) {
    files.put(state(1), Buffer.alloc(50_000));
  }
  expect(files.get(state(1))).toBeDefined();
});

it.each([
  ['a settled one', state(1), true],
  ['an empty one', state(1, 0), false],
  ['a large one', state(1, 65_537), false],
  ['one that changed just now', state(1, 10, 0), false],
])('takes or leaves %s', (_what, stats, taken) => {
  expect(new SmallFiles().takes(stats)).toBe(taken);
});
