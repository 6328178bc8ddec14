import { inRounds } from '../../../server/src/upload/receive/rounds';

const CHUNKS = 20;
const BODIES = 20;

/** A body whose chunks are all available, so that only its reader can delay it. */
async function* body(): AsyncGenerator<Buffer, undefined> {
  for (let count = 0; count < CHUNKS; count += 1) {
    yield Buffer.from([count]);
  }
  return undefined;
}

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/**
 * Reads several bodies at the same time. Returns the number of chunks that were read in each round of the event loop.
 */
async function readAll(open: () => AsyncIterableIterator<Buffer>): Promise<number[]> {
  const rounds = [0];
  let isOver = false;
  const count = () => {
    rounds.push(0);
    if (!isOver) {
      setImmediate(count);
    }
  };
  setImmediate(count);
  const read = async () => {
    const seen: number[] = [];
    for await (const [number] of open()) {
      work(1);
      rounds[rounds.length - 1]! += 1;
      seen.push(number!);
    }
    expect(seen).toEqual(Array.from({ length: CHUNKS }, (_, index) => index));
  };
  await Promise.all(Array.from({ length: BODIES }, read));
  isOver = true;
  return rounds;
}

describe('bodies that are read in rounds', () => {
  it('let others have their turn after some ms', async () => {
    const [first, ...others] = await readAll(() => inRounds(body()));
    // Each body has requested a chunk before the first chunk was read. After that, a round has two steps of one ms
    // each: before and after the event loop checks the sockets.
    expect(first).toBeLessThanOrEqual(BODIES + 3);
    expect(Math.max(...others)).toBeLessThanOrEqual(6);
    expect((await readAll(body))[0]).toBe(CHUNKS * BODIES);
  });

  it('end their source when they are left', async () => {
    const source = body();
    for await (const chunk of inRounds(source)) {
      expect(chunk).toEqual(Buffer.from([0]));
      break;
    }
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });
});
