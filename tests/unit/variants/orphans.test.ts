import { Orphans } from '../../../server/src/variants/orphans';

const DAY = 24 * 3_600_000;

/** A search whose parts have nothing, and the number of times it ran. */
function setUp() {
  let now = 1_800_000_000_000;
  const searches = jest.fn(async () => 0);
  const orphans = new Orphans({
    rows: { lastId: searches, condemnOfDeleted: async () => {}, namesOf: async () => new Set() },
    folder: { async *folders() {}, namesIn: async () => [], remove: async () => {} },
    now: () => now,
  });
  return { orphans, searches, pass: (time: number) => (now += time) };
}

afterEach(() => jest.restoreAllMocks());

it('are searched once a day, first at any time of the first day', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  const { orphans, searches, pass } = setUp();
  await orphans.removeSometimes();
  expect(searches).toHaveBeenCalledTimes(0);
  pass(DAY / 2);
  await orphans.removeSometimes();
  await orphans.removeSometimes();
  expect(searches).toHaveBeenCalledTimes(1);
  pass(DAY);
  await orphans.removeSometimes();
  expect(searches).toHaveBeenCalledTimes(2);
});

it('are searched in pieces', async () => {
  const ranges: number[][] = [];
  const looked: string[][] = [];
  const removed: string[] = [];
  const orphans = new Orphans({
    rows: {
      lastId: async () => 2400,
      condemnOfDeleted: async (...range) => void ranges.push(range),
      namesOf: async (hashes) => {
        looked.push([...hashes]);
        return new Set(['a/used']);
      },
    },
    folder: {
      async *folders(isPrivate) {
        if (!isPrivate) {
          yield ['a'];
          yield ['b'];
        }
      },
      namesIn: async (hash) => [`${hash}/used`, `${hash}/left`],
      remove: async ({ name }) => void removed.push(name),
    },
    now: () => 0,
  });
  await orphans.remove();
  expect(ranges).toEqual([
    [0, 1000],
    [1000, 2000],
    [2000, 3000],
  ]);
  expect(looked).toEqual([['a'], ['b']]);
  expect(removed).toEqual(['a/left', 'b/used', 'b/left']);
});
