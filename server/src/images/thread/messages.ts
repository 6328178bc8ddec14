import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import type { RenderedImage } from '../render/render';

/** The data that the thread gets when it starts. */
export interface ThreadData {
  /** Number of libvips passes at the same time. */
  passes: number;
  /** Settings for the whole process, which loading sharp in another thread resets. */
  sharp: { concurrency: number; cache: { memory: number; files: number; items: number } };
}

/** One job for an image. */
export type Task =
  | { kind: 'render'; path: string; plan: ImagePlan }
  /** Task that decodes the whole image, to check it. */
  | { kind: 'check'; path: string; image: Image };

/** Message to the thread: a task, or the order to begin no further step of a task. */
export type Order = { id: number; task: Task } | { id: number; stop: true };

/** Message from the thread, one for each task: the result (empty for a check), or the error message of libvips. */
export type Answer = { id: number; made: RenderedImage } | { id: number; failure: string };
