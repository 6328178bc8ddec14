const waiting: Array<() => void> = [];

/**
 * Waits for the next round of the event loop, so that other requests are handled between the pieces of long work. All
 * long work of the process takes turns: only one piece runs in each round.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) {
      setImmediate(goOn);
    }
  });
}

function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) {
    setImmediate(goOn);
  }
}

/**
 * How long one piece of work may block the event loop, in ms. Another request takes several rounds, with one piece of
 * long work in each.
 */
const PIECE = 5;

/** @returns a function to await between the items of long work; it pauses when the current piece has used its time */
export function pacer(): () => Promise<void> {
  let since = performance.now();
  let pause: Promise<void> | null = null;
  return async () => {
    if (pause === null && performance.now() - since < PIECE) {
      return;
    }
    pause ??= nextTurn().then(() => {
      pause = null;
      since = performance.now();
    });
    await pause;
  };
}

/**
 * Processes items one after the other, in pieces with pauses between them.
 *
 * @returns the results in order
 */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => R | Promise<R>
): Promise<R[]> {
  const giveWay = pacer();
  const results: R[] = [];
  for (const item of items) {
    await giveWay();
    results.push(await work(item));
  }
  return results;
}
