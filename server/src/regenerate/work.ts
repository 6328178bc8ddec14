import { keysFor } from '../images/plan/plan';
import { sizesWanted, type ImageOptions, type SizeOptions } from '../images/plan/sizes';
import {
  choosesPlaceholder,
  isChosen,
  removesOthers,
  type SizeChoice,
} from '../upload/derive/size-choice';
import type { FileRow } from '../types/rows';

/** The work for an image, as names of sizes. */
export interface Work {
  make: string[];
  remove: string[];
  placeholder: boolean;
}

/** The project's current settings for an image. */
export interface Wanted {
  imageOptions: ImageOptions;
  /** Sizes of the attributes that the image is linked to. */
  sizes: Record<string, SizeOptions>;
  /** Whether images get a placeholder. */
  placeholders: boolean;
}

/**
 * Determines the work for an image from its row, without reading its bytes. If the row has no width and height, the
 * result may contain sizes that the image is too small for.
 *
 * @returns null if there is nothing to do, or the image has more pixels than this plugin decodes
 */
export function workOn(
  row: FileRow,
  choice: SizeChoice,
  { imageOptions, sizes, placeholders }: Wanted
): Work | null {
  const { width, height } = row;
  const isMeasured = width !== null && height !== null;
  if (isMeasured && width * height > imageOptions.images.maxPixels) {
    return null;
  }
  const should = isMeasured
    ? keysFor({ width, height }, imageOptions, sizes)
    : sizesWanted(imageOptions, sizes).map(([key]) => key);
  const make = should.filter((key) => isChosen(choice, key, row));
  const remove = removesOthers(choice)
    ? Object.keys(row.formats ?? {}).filter((key) => !should.includes(key))
    : [];
  const placeholder = placeholders && choosesPlaceholder(choice, row);
  return make.length > 0 || remove.length > 0 || placeholder ? { make, remove, placeholder } : null;
}
