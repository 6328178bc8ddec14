/**
 * For how long bodies are read in one round of the event loop, all of them together, in ms. Others' answers take several
 * rounds: beside one upload of 512 MB the median of /_health is 6.7 ms with 2, 9.7 with 5, and the upload takes as long.
 */
const MOST = 2;

/** Since when bodies are read in this round; undefined before the first chunk. */
let since: number | undefined;

/** Bodies that wait for a chunk, in their order. */
const waiting: Array<() => void> = [];

function isOver(): boolean {
  const now = performance.now();
  if (since === undefined) {
    since = now;
    setImmediate(() => (since = undefined));
  }
  return now - since >= MOST;
}

/** One of the waiting bodies goes on, or it is tried again in the next round. */
function goOn(): void {
  if (isOver()) {
    setImmediate(goOn);
  } else {
    waiting.shift()!();
  }
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
    setImmediate(goOn);
  });

/**
 * Hands on a body's chunks, and waits for another round of the event loop where bodies have taken their time of this one.
 * Each has its turn.
 *
 * Node.js reads a socket up to 32 times before it looks at others (libuv 1.51, `uv__read`), as long as its chunks are taken
 * at once, and accepts one connection in a round: forty fast clients would send 80 MB in each, and whoever comes after them
 * would wait for forty such rounds.
 */
export function inRounds(chunks: AsyncIterableIterator<Buffer>): AsyncIterableIterator<Buffer> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => (waiting.length > 0 || isOver() ? turn().then(() => chunks.next()) : chunks.next()),
    return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
  };
}
