import { isDeepStrictEqual } from 'node:util';
import type { Answer, ParityCase, Request, Seen } from './case';
import { differences } from './compare';
import { exchange } from './exchange';
import type { Library } from './library';
import { createNormaliser } from './normalise';
import { documentsOf, readTraces, snapshot } from './snapshot';
import { prepare, type World } from './world';

/** Time limit for the work that a server does after its answer, and the interval of the checks, both in ms. */
const SETTLED = { within: 3_000, every: 100 };

/** How often a case is sent at most, if the built-in's answer depends on chance. */
const TRIES = 6;

/** The outcome of a case on both servers, and the paths at which they differ. */
export interface Comparison {
  /**
   * Whether the built-in's answer depends on chance: it handles the files of a form in the order in which their
   * temporary files are completely written.
   */
  byChance: boolean;
  builtin: Record<string, unknown>;
  ours: Record<string, unknown>;
  paths: string[];
}

/**
 * Sends a case to both servers and compares answers and traces. Repeats this if the built-in's answer depends on chance
 * and the outcomes differ at other paths than expected.
 */
export async function compareCase(
  worlds: readonly World[],
  parityCase: ParityCase,
  expected: readonly string[]
): Promise<Comparison> {
  for (let tries = 1; ; tries += 1) {
    const comparison = await compareOnce(worlds, parityCase);
    const isExpected = isDeepStrictEqual(new Set(comparison.paths), new Set(expected));
    if (isExpected || !comparison.byChance || tries === TRIES) {
      return comparison;
    }
  }
}

async function compareOnce(worlds: readonly World[], parityCase: ParityCase) {
  const played = await Promise.all(worlds.map((world) => play(world, parityCase)));
  const look = async (): Promise<Comparison> => {
    const [builtin, ours] = await Promise.all(
      worlds.map((world, index) => outcome(world, played[index]!))
    );
    const byChance = played.some(({ byChance }) => byChance);
    return { byChance, builtin: builtin!, ours: ours!, paths: differences(builtin, ours) };
  };
  return settled(look);
}

/** Repeats the comparison until its result no longer changes, because servers tidy up after their answers. */
async function settled(look: () => Promise<Comparison>): Promise<Comparison> {
  let last = await look();
  const end = Date.now() + SETTLED.within;
  while (last.paths.some(isTrace) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, SETTLED.every));
    const next = await look();
    if (next.paths.join() === last.paths.join()) {
      return next;
    }
    last = next;
  }
  return last;
}

const isTrace = (path: string): boolean => !/^\d/.test(path);

interface Played {
  library: Library;
  answers: Answer[];
  byChance: boolean;
}

const hasSeveralFiles = ({ body }: Request): boolean =>
  String(body).split('name="files"; filename').length > 2;

async function outcome({ server, restaurant }: World, { library, answers }: Played) {
  const traces = await readTraces(server);
  const normaliser = createNormaliser({
    places: { [server.url]: '<server>', [server.project.dir]: '<project>' },
    ids: library.names,
    documents: documentsOf(traces).set(restaurant.documentId, 'restaurant'),
  });
  const steps = Object.fromEntries(answers.map((answer, step) => [step, normaliser.value(answer)]));
  return { ...steps, ...(await snapshot(server, traces, normaliser)) };
}

/** Sends the steps of a case, one after the other. */
async function play(world: World, parityCase: ParityCase): Promise<Played> {
  const library = await prepare(world, parityCase);
  const answers: Answer[] = [];
  let byChance = false;
  for (const step of parityCase.steps) {
    const request = typeof step === 'function' ? await step(seenIn(library, answers)) : step;
    byChance ||= hasSeveralFiles(request);
    answers.push(await exchange(world, request));
  }
  return { library, answers, byChance };
}

function seenIn(library: Library, answers: readonly Answer[]): Seen {
  const first = (step: number) => {
    const body = answers[step]?.body as Record<string, unknown> | undefined;
    const [item] = [body?.data ?? body].flat() as Array<Record<string, unknown> | undefined>;
    return item ?? {};
  };
  return {
    ...library,
    id: (step) => Number(first(step).id),
    url: (step) => String(first(step).url),
  };
}
