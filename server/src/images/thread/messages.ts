import type { UploadConfig } from '../../config/schema';
import type { PicturePlan } from '../plan';
import type { RenderedPicture } from '../render';

/** What the thread is given when it begins. */
export interface ThreadData {
  /** Passes of libvips at the same time. */
  passes: number;
  /** For the whole process; loading sharp in one more thread has set them back. */
  sharp: UploadConfig['sharp'];
}

/** To the thread: make this, or make nothing further of it. */
export type Order = { id: number; path: string; plan: PicturePlan } | { id: number; stop: true };

/** From the thread, once for each picture that was ordered. */
export type Answer = { id: number; made: RenderedPicture } | { id: number; failure: string };
