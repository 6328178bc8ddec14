import type { OwnExif } from '../header/exif';
import type { Source } from '../header/read-at';
import type { Part } from './parts';
import type { Found } from './found';

/** The content of the metadata block that is written into a stored image. */
export type Own = OwnExif;

/** An image split into parts that stay and parts that are removed. */
export interface Apart {
  found: Found;
  /** Whether all private metadata can be removed; false if something private may be left. */
  complete: boolean;
  /**
   * Returns the parts to store, in order.
   *
   * @returns null if nothing has to be removed
   */
  parts(own: Own): Part[] | null | Promise<Part[] | null>;
}

/**
 * Splits a file of one format.
 *
 * @throws RangeError if the file is malformed or has too many parts
 */
export type TakeApart = (source: Source) => Promise<Apart>;
