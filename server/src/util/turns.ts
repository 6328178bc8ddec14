const waiting: Array<() => void> = [];

/**
 * Waits until the event loop has gone round, so that others are answered between the pieces of long work. All long work
 * of the process takes turns: one piece goes on in a round, however many there are.
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
 * For how long one piece of work may hold the event loop, in ms. The answer to somebody else takes several rounds, with a
 * piece in each.
 */
const PIECE = 5;

/** @returns a function to be waited for between the items of long work: it gives way once a piece has taken its time */
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

/** Works on items one after the other, in pieces. @returns the results in their order */
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
