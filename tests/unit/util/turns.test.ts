import { setImmediate } from 'node:timers/promises';
import { inTurns, nextTurn, pacer } from '../../../server/src/util/turns';

/** Blocks the event loop for longer than a piece of work is allowed to. */
const work = (): void => {
  for (const begun = performance.now(); performance.now() - begun < 8;);
};

/** Counts the rounds of the event loop until a promise is resolved. */
async function roundsDuring(long: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = long.then(() => (isOver = true));
  let rounds = 0;
  for (; !isOver; rounds += 1) {
    await setImmediate();
  }
  await over;
  return rounds;
}

const ITEMS = [1, 2, 3, 4, 5, 6];

describe('long work', () => {
  it('gives way between its pieces', async () => {
    const rounds = await roundsDuring(inTurns(ITEMS, work));
    expect(rounds).toBeGreaterThanOrEqual(ITEMS.length - 1);
  });

  it('goes on at once while it has taken no time', async () => {
    const before: number[] = [];
    void setImmediate().then(() => before.push(0));
    await inTurns([1, 2, 3], (item) => void before.push(item));
    expect(before).toEqual([1, 2, 3]);
  });

  it('keeps the order of its results', async () => {
    const slow = async (item: number) => {
      await (item % 2 === 0 ? setImmediate() : undefined);
      return item * 10;
    };
    expect(await inTurns(ITEMS, slow)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('begins nothing more after a failure', async () => {
    const begun: number[] = [];
    const failing = inTurns(ITEMS, (item) => {
      begun.push(item);
      if (item === 3) {
        throw new Error('no');
      }
    });
    await expect(failing).rejects.toThrow('no');
    expect(begun).toEqual([1, 2, 3]);
  });

  it('has one piece in a round, of whatever work there is', async () => {
    let round = 0;
    const rounds: number[] = [];
    const one = async () => {
      for (let count = 0; count < 5; count += 1) {
        await nextTurn();
        rounds.push(round);
      }
    };
    const all = Promise.all([one(), one(), one()]);
    let isOver = false;
    void all.then(() => (isOver = true));
    for (; !isOver; round += 1) {
      await setImmediate();
    }
    expect(new Set(rounds).size).toBe(rounds.length);
  });

  it('pauses once for all that share a pace', async () => {
    const giveWay = pacer();
    work();
    const rounds = await roundsDuring(Promise.all(ITEMS.map(() => giveWay())));
    expect(rounds).toBeLessThanOrEqual(3);
  });
});
