import type { Server } from '../support/server';
import type { Kind } from './kinds';
import { COUNTS, heldBy, type Held } from './state';

/** Number and duration of the requests of each kind. */
export interface Duration {
  /**
   * Number of requests before the measurement. During these requests, caches fill, code is compiled and threads start.
   */
  warmUp: number;
  /** Minimum number of measured requests. */
  least: number;
  /** Maximum number of measured requests, if `seconds` is long enough for them. */
  most: number;
  /** Time in seconds for requests beyond the minimum number. */
  seconds: number;
  /**
   * Number of bytes by which memory varies between measurements without a cause. Smaller differences do not count as
   * growth.
   */
  noise: Memory;
}

/** Bytes of resident memory (`memory`), and of the main thread's objects (`heap`). */
type Memory = Pick<Held, 'memory' | 'heap'>;

/** The server's state after the requests of one kind. */
export interface Soaked {
  name: string;
  requests: number;
  start: Held;
  /** The server's state after the warm-up. */
  warm: Held;
  end: Held;
  /** Growth of memory in the second half of the requests, in bytes per request. */
  growth: Memory;
  /** The counts that are higher than after the warm-up. Memory is not one of them. */
  left: string[];
}

/** Largest allowed growth of memory in the second half of a kind's requests, in bytes per request. */
export const MOST_GROWTH = 8_000;

/**
 * How often the number of requests is doubled at most, while memory seems to grow. An allocator's memory grows for a
 * while and then stays constant. A leak goes on growing by the same number of bytes per request.
 */
const DOUBLINGS = 3;

/**
 * Longest wait for work that goes on after its request, in ms: requests of clients that are gone, sockets, removals.
 */
const PATIENCE = 60_000;
const PAUSE = 500;

/** Sends many requests of one kind and returns what stays in the server. */
export async function soak(
  server: Server,
  name: string,
  kind: Kind,
  duration: Duration
): Promise<Soaked> {
  const start = await heldBy(server);
  const begun = performance.now();
  await send(kind, duration.warmUp);
  const perSecond = duration.warmUp / ((performance.now() - begun) / 1000);
  const warm = await quiet(server);

  const inTime = Math.floor(perSecond * duration.seconds);
  const half = Math.ceil(Math.min(duration.most, Math.max(duration.least, inTime)) / 2);
  const samples: Memory[] = [];
  const sendHalf = async () => {
    await send(kind, half);
    samples.push(await (kind.lingers ? quiet(server) : heldBy(server)));
  };
  const growth = (): Memory => ({
    memory: growthOf(
      samples.map(({ memory }) => memory),
      half,
      duration.noise.memory
    ),
    heap: growthOf(
      samples.map(({ heap }) => heap),
      half,
      duration.noise.heap
    ),
  });
  const grows = () => Math.max(growth().memory, growth().heap) > MOST_GROWTH;
  await sendHalf();
  await sendHalf();
  for (let count = 0; count < DOUBLINGS && grows(); count += 1) {
    for (let more = samples.length; more > 0; more -= 1) {
      await sendHalf();
    }
  }
  const { end, left } = await settled(server, warm);
  const requests = samples.length * half;
  return { name, requests, start, warm, end, growth: growth(), left };
}

/**
 * Bytes per request by which the lowest sample of the second half is higher than the lowest sample of the first half.
 * Leaked memory is in every later sample. Memory that an allocator keeps only for a while is not in the lowest sample.
 */
function growthOf(samples: number[], perSample: number, noise: number): number {
  const half = samples.length / 2;
  const requests = half * perSample;
  const grown = Math.min(...samples.slice(half)) - Math.min(...samples.slice(0, half));
  return grown > 0 && grown <= noise ? 0 : grown / requests;
}

/** Sends at least the given number of requests, some at the same time. */
async function send({ once, counts = 1, atOnce = 4 }: Kind, requests: number): Promise<void> {
  let begun = 0;
  const sender = async () => {
    while (begun < requests) {
      begun += counts;
      await once();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
}

/** Waits until the counts of the server's resources do not change. */
async function quiet(server: Server): Promise<Held> {
  let before = await heldBy(server);
  return until(server, (now) => {
    const isQuiet = COUNTS.every((name) => now[name] === before[name]);
    before = now;
    return isQuiet;
  });
}

/** Waits until no count is higher than before. Names the counts that stay higher. */
async function settled(server: Server, before: Held): Promise<{ end: Held; left: string[] }> {
  const more = (now: Held) => COUNTS.filter((name) => now[name] > before[name]);
  const end = await until(server, (now) => more(now).length === 0);
  return {
    end,
    left: more(end).map((name) => `${name}: ${before[name]} before, ${end[name]} after`),
  };
}

/** Waits until `isWanted` accepts the server's state, or until {@link PATIENCE} is over. Returns the last state. */
async function until(server: Server, isWanted: (now: Held) => boolean): Promise<Held> {
  const over = performance.now() + PATIENCE;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const now = await heldBy(server);
    if (isWanted(now) || performance.now() > over) {
      return now;
    }
  }
}
