import { isDeepStrictEqual } from 'node:util';
import { FairQueue, NoRoom } from '../../images/render/fair-queue';
import type { ImageFile } from '../../images/render/image-maker';
import { planImage } from '../../images/plan/plan';
import { isProcessed, probe } from '../../images/header/probe';
import type { ImageOptions } from '../../images/plan/sizes';
import { anySignal } from '../../util/signals';
import type { Attempt } from '../../attempt/attempt';
import type { StagedFile } from '../stage/staged-file';
import type { DeriveDeps } from './derive';
import type { HeadStart } from './started-file';
import { makeOf, stageMade } from './stage-made';

/** Maximum number of files of one request that are processed at once: enough to keep all image threads busy. */
export const FILES_AT_ONCE = 8;

/** Begins the work on a staged file. Returns undefined for a file that is not processed. */
export type Starter = (file: StagedFile) => Promise<HeadStart> | undefined;

/**
 * Processes images while the next files of the same request come in, so that a client that sends twenty images
 * waits only for the last one. A later part of the form may change the plan, so the plan is a guess: no focal
 * point, no sizes of an attribute.
 */
export function headStarts(attempt: Attempt, deps: DeriveDeps): Starter {
  const works: Works = { holder: attempt, deps, queue: new FairQueue(() => FILES_AT_ONCE) };
  let settings: Promise<ImageOptions> | undefined;
  // `take` reports a failure. If the request fails before, `take` is not called. Then the `catch` below avoids an
  // unhandled rejection.
  return (file) => {
    if (!isProcessed(file.mime) || deps.imageOverrides()) {
      return undefined;
    }
    settings ??= deps.imageOptions();
    const started = begin(file, settings, works);
    started.catch(() => {});
    return started;
  };
}

/** The state that the head starts of one request share. */
interface Works {
  /** The attempt that owns the staged objects until `take` hands them to another attempt. */
  holder: Attempt;
  deps: DeriveDeps;
  queue: FairQueue;
}

async function begin(
  file: StagedFile,
  settings: Promise<ImageOptions>,
  { holder, deps, queue }: Works
): Promise<HeadStart> {
  const [image, options] = await Promise.all([probe(file.object.path, file.mime), settings]);
  if (!image) {
    return { image, options, take: async () => null };
  }
  const guess = planImage(image, options);
  const unused = new AbortController();
  const made = holder.sideWork.run((over) => {
    const stop = anySignal(over, unused.signal);
    const render = (of: ImageFile, signal?: AbortSignal) =>
      deps.imageMaker.renderInTime(of, guess, signal);
    const make = async () => {
      const made = await makeOf(file, render, anySignal(deps.requestSignal(), stop));
      return stageMade({ file, plan: guess, made }, holder);
    };
    return queue.run(1, make, { signal: stop });
  });
  made.catch(() => {});
  return {
    image,
    options,
    async take(plan, attempt) {
      if (!isDeepStrictEqual(plan, guess)) {
        unused.abort();
        // Waits for the work, which may still be reading the file: the file is about to be moved.
        await made.catch(() => {});
        return null;
      }
      const staged = await made.catch((error: unknown) => {
        // NoRoom: there was no room for the image at that time. `isOver`: the request has ended before `take`. In
        // both cases the caller tries again.
        if (error instanceof NoRoom || holder.sideWork.isOver) {
          return null;
        }
        throw error;
      });
      if (!staged || holder.sideWork.isOver) {
        return null;
      }
      const objects = staged.formats.map(({ object }) => object);
      for (const object of staged.original ? [staged.original, ...objects] : objects) {
        holder.release(object);
        attempt.adopt(object);
      }
      return staged;
    },
  };
}
