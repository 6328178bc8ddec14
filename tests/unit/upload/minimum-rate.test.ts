import { TooSlow } from '../../../server/src/errors';
import { atMinimumRate } from '../../../server/src/upload/receive/minimum-rate';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The lowest allowed rate: 1 byte per ms. A client may be at most 100 ms behind this rate. */
const RATE = { bytesPerSecond: 1000, after: 0.1 };

/** Time in ms after which each reading in these tests has ended. It is shorter than the longest allowed silence. */
const LONG_ENOUGH = 2500;

interface Step {
  /** Pause in ms before the client sends the chunk. */
  after: number;
  size: number;
}

/** A client that sends chunks at its own pace. A chunk waits until the reader asks for it. */
async function* client(steps: readonly Step[], left: { open: boolean }): AsyncGenerator<Buffer> {
  try {
    for (const { after, size } of steps) {
      await wait(after);
      yield Buffer.alloc(size);
    }
  } finally {
    left.open = false;
  }
}

/** Reads all chunks, and keeps each chunk for `held` ms. */
async function read(steps: readonly Step[], held = 0, rate: typeof RATE | false = RATE) {
  const source = { open: true };
  let size = 0;
  let error: unknown;
  let took = 0;
  const reading = async () => {
    const begun = performance.now();
    try {
      for await (const chunk of atMinimumRate(client(steps, source), rate)) {
        size += chunk.length;
        await wait(held);
      }
    } catch (thrown) {
      error = thrown;
    }
    took = performance.now() - begun;
    return { size, error, took, open: source.open };
  };
  const answer = reading();
  await jest.advanceTimersByTimeAsync(LONG_ENOUGH);
  return answer;
}

const times = (count: number, step: Step) => Array<Step>(count).fill(step);

describe('the slowest acceptable rate', () => {
  // The timers are fake, so that a slow machine changes nothing.
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lets a client send that is faster, also one with pauses', async () => {
    expect(await read(times(10, { after: 40, size: 80 }))).toMatchObject({
      size: 800,
      error: undefined,
      open: false,
    });
  });

  it('ends with a client that sends, but too little', async () => {
    const { size, error } = await read(times(100, { after: 25, size: 2 }));
    expect(error).toBeInstanceOf(TooSlow);
    // Each step puts the client 23 ms further behind the rate. At most 100 ms are allowed.
    expect(size).toBeLessThan(14);
  });

  it('does not wait for a client that is silent, however fast it was before', async () => {
    const silence = 3000;
    const steps = [...times(5, { after: 0, size: 1_000_000 }), { after: silence, size: 1 }];
    const { size, error, took, open } = await read(steps);
    expect(error).toBeInstanceOf(TooSlow);
    expect({ size, open }).toEqual({ size: 5_000_000, open: true });
    expect(took).toBeLessThan(RATE.after * 1000 + 50);
  });

  it('does not count the time in which the reader holds it up', async () => {
    const rate = { bytesPerSecond: 1000, after: 0.4 };
    const { size, error, took } = await read(times(6, { after: 20, size: 5 }), 150, rate);
    expect({ size, error }).toEqual({ size: 30, error: undefined });
    expect(took).toBeGreaterThan(800);
  });

  it('is not measured by an event loop that was held up', async () => {
    jest.useRealTimers();
    async function* arrivesMeanwhile() {
      await new Promise((resolve) => {
        setImmediate(() => {
          const until = performance.now() + 200;
          while (performance.now() < until);
          // The event loop runs due timers before it reads bytes that arrived meanwhile.
          setImmediate(resolve);
        });
      });
      yield Buffer.alloc(1);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of atMinimumRate(arrivesMeanwhile(), RATE)) {
      chunks.push(chunk);
    }
    expect(chunks).toHaveLength(1);
  });

  it('can be switched off', async () => {
    const { size, error } = await read([{ after: 400, size: 1 }], 0, false);
    expect({ size, error }).toEqual({ size: 1, error: undefined });
  });

  it('tells failures of the source as they are, and lets go of it where the reader stops', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(1);
      throw new Error('gone');
    }
    const all = async () => {
      for await (const chunk of atMinimumRate(broken(), RATE)) {
        void chunk;
      }
    };
    await expect(all()).rejects.toThrow('gone');

    const source = { open: true };
    const sent = client(times(5, { after: 0, size: 1 }), source);
    const reading = (async () => {
      for await (const chunk of atMinimumRate(sent, RATE)) {
        void chunk;
        break;
      }
    })();
    await jest.advanceTimersByTimeAsync(1);
    await reading;
    expect(source.open).toBe(false);
  });
});
