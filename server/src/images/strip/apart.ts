import type { OwnExif } from '../header/exif';
import type { Source } from '../header/read-at';
import type { Part } from './parts';
import type { Found } from './found';

/** What a stored image says in a block that is written for it. */
export type Own = OwnExif;

/** An image that was taken apart. */
export interface Apart {
  found: Found;
  /** False where something private may be left. */
  complete: boolean;
  /**
   * What is stored, in its order.
   *
   * @returns null for the file as it is: nothing is to be removed
   */
  parts(own: Own): Part[] | null | Promise<Part[] | null>;
}

/**
 * Takes a file of one format apart.
 *
 * @throws RangeError for one that is not what it should be, or has too many parts
 */
export type TakeApart = (source: Source) => Promise<Apart>;
