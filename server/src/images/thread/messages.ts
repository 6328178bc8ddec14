import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import type { RenderedImage } from '../render/render';

/** What the thread is given when it begins. */
export interface ThreadData {
  /** Passes of libvips at the same time. */
  passes: number;
  /** What is set for the whole process, which loading sharp in one more thread sets back. */
  sharp: { concurrency: number; cache: { memory: number; files: number; items: number } };
}

/** One thing to do with an image. */
export type Task =
  | { kind: 'render'; path: string; plan: ImagePlan }
  /** Decode all of it. */
  | { kind: 'check'; path: string; image: Image };

/** To the thread: a task, or that nothing further of it is to be begun. */
export type Order = { id: number; task: Task } | { id: number; stop: true };

/** From the thread, once for each task: what was made, which is nothing for a check; or what libvips says is wrong. */
export type Answer = { id: number; made: RenderedImage } | { id: number; failure: string };
