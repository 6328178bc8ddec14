import type { Attempt } from '../../attempt/attempt';
import type { Picture } from '../../images/header/probe';
import type { PicturePlan } from '../../images/plan/plan';
import type { PictureWishes } from '../../images/plan/sizes';
import type { StagedFile } from '../stage/staged-file';
import type { StagedPicture } from './derived-file';

/** What is known of a picture, and made of it, while the rest of its request is still coming in. */
export interface HeadStart {
  /** Null for what is no readable picture. */
  picture: Picture | null;
  /** The project's settings as they were when the first picture of the request had come in. */
  wishes: PictureWishes;
  /**
   * What was made, if that is what the whole request asks for: `attempt` answers for it from here on.
   *
   * @returns null where the request asks for something else, and where nothing could be made at that time;
   *   what was made is not used then
   * @throws what the making has thrown
   */
  take(plan: PicturePlan, attempt: Attempt): Promise<StagedPicture | null>;
}

/** A staged file on which work may have begun already. */
export interface StartedFile extends StagedFile {
  headStart?: Promise<HeadStart> | undefined;
}
