import type { Attempt } from '../../attempt/attempt';
import type { Image } from '../../images/header/probe';
import type { ImagePlan } from '../../images/plan/plan';
import type { ImageOptions } from '../../images/plan/sizes';
import type { StagedFile } from '../stage/staged-file';
import type { StagedImage } from './derived-file';

/** An image that is processed while the rest of its request is still coming in. */
export interface HeadStart {
  /** Facts about the image; null for a file that is not a readable image. */
  image: Image | null;
  /** The project's settings at the time when the first image of the request had come in. */
  options: ImageOptions;
  /**
   * Returns the results if they match the plan of the whole request. From here on `attempt` owns them.
   *
   * @returns null if the plan differs, or if nothing could be made at that time; the caller then gets no results
   * @throws the error of the processing
   */
  take(plan: ImagePlan, attempt: Attempt): Promise<StagedImage | null>;
}

/** A staged file whose processing may have begun already. */
export interface StartedFile extends StagedFile {
  headStart?: Promise<HeadStart> | undefined;
}
