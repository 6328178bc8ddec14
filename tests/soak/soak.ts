import type { Server } from '../support/server';
import type { Kind } from './kinds';
import { COUNTS, heldBy, type Held } from './state';

/** How long each kind of request is sent. */
export interface Duration {
  /** Requests before anything is measured: caches fill, code is compiled, threads begin. */
  warmUp: number;
  /** Requests that are measured: at least this many. */
  least: number;
  /** And at most this many, where `seconds` leave time for them. */
  most: number;
  /** For how long requests are sent beyond the least number. */
  seconds: number;
  /** Bytes by which memory differs from one look to the next without any cause; what is below is no growth. */
  noise: Memory;
}

/** Bytes of resident memory, and those of the main thread's objects. */
type Memory = Pick<Held, 'memory' | 'heap'>;

/** What a kind of request has left in the server. */
export interface Soaked {
  name: string;
  requests: number;
  start: Held;
  /** After the warm-up. */
  warm: Held;
  end: Held;
  /** Bytes by which the second half has grown, for each of its requests. */
  growth: Memory;
  /** What is not as it was after the warm-up; memory aside. */
  left: string[];
}

/** Bytes a request by which the second half of a kind may grow. */
export const MOST_GROWTH = 8_000;

/**
 * How often the number of requests is doubled while memory seems to grow. An allocator takes more for a while and
 * then levels off; what leaks goes on growing by as much a request, however many there are.
 */
const DOUBLINGS = 3;

/** Longest wait for what ends after its request: work of clients that went away, sockets, removals; in ms. */
const PATIENCE = 60_000;
const PAUSE = 500;

/** Sends many requests of one kind and tells what stays. */
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
 * Bytes a request of the second half: by how much its lowest sample is above the first half's. What leaks is in every
 * sample that follows; what an allocator keeps for a while is not in the lowest.
 */
function growthOf(samples: number[], perSample: number, noise: number): number {
  const half = samples.length / 2;
  const requests = half * perSample;
  const grown = Math.min(...samples.slice(half)) - Math.min(...samples.slice(0, half));
  return grown > 0 && grown <= noise ? 0 : grown / requests;
}

/** Sends at least this many requests, some at the same time. */
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

/** Waits until the counts stay the same. */
async function quiet(server: Server): Promise<Held> {
  let before = await heldBy(server);
  return until(server, (now) => {
    const isQuiet = COUNTS.every((name) => now[name] === before[name]);
    before = now;
    return isQuiet;
  });
}

/** Waits until the counts are as they were, and names those that are not. */
async function settled(server: Server, before: Held): Promise<{ end: Held; left: string[] }> {
  const more = (now: Held) => COUNTS.filter((name) => now[name] > before[name]);
  const end = await until(server, (now) => more(now).length === 0);
  return {
    end,
    left: more(end).map((name) => `${name}: ${before[name]} before, ${end[name]} after`),
  };
}

/** What the server holds when it is as is wanted, or when the time is over. */
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
