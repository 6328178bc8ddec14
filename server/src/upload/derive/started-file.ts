import type { Attempt } from '../../attempt/attempt';
import type { Image } from '../../images/header/probe';
import type { ImagePlan } from '../../images/plan/plan';
import type { ImageOptions } from '../../images/plan/sizes';
import type { StagedFile } from '../stage/staged-file';
import type { StagedImage } from './derived-file';

/** What is known of an image, and made of it, while the rest of its request is still coming in. */
export interface HeadStart {
  /** Null for what is no readable image. */
  image: Image | null;
  /** The project's settings as they were when the first image of the request had come in. */
  options: ImageOptions;
  /**
   * What was made, if that is what the whole request asks for: `attempt` answers for it from here on.
   *
   * @returns null where the request asks for something else, and where nothing could be made at that time;
   *   what was made is not used then
   * @throws what the making has thrown
   */
  take(plan: ImagePlan, attempt: Attempt): Promise<StagedImage | null>;
}

/** A staged file on which work may have begun already. */
export interface StartedFile extends StagedFile {
  headStart?: Promise<HeadStart> | undefined;
}
