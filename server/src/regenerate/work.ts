import { keysFor } from '../images/plan/plan';
import { sizesWanted, type PictureWishes, type SizeOptions } from '../images/plan/sizes';
import {
  choosesPlaceholder,
  isChosen,
  removesOthers,
  type SizeChoice,
} from '../upload/derive/size-choice';
import type { FileRow } from '../types/rows';

/** What is to be done to a picture, as names of sizes. */
export interface Work {
  make: string[];
  remove: string[];
  placeholder: boolean;
}

/** What the project wants of a picture now. */
export interface Wanted {
  wishes: PictureWishes;
  /** Of the attributes that it is linked to. */
  sizes: Record<string, SizeOptions>;
  /** Whether pictures get a placeholder. */
  placeholders: boolean;
}

/**
 * What is to be done to a picture, as far as its row tells: its bytes are not read. A row that does not
 * know the picture's pixels may promise sizes that it is too small for.
 *
 * @returns null where there is nothing to do, or the picture has more pixels than are decoded here
 */
export function workOn(
  row: FileRow,
  choice: SizeChoice,
  { wishes, sizes, placeholders }: Wanted
): Work | null {
  const { width, height } = row;
  const isMeasured = width !== null && height !== null;
  if (isMeasured && width * height > wishes.images.maxPixels) {
    return null;
  }
  const should = isMeasured
    ? keysFor({ width, height }, wishes, sizes)
    : sizesWanted(wishes, sizes).map(([key]) => key);
  const make = should.filter((key) => isChosen(choice, key, row));
  const remove = removesOthers(choice)
    ? Object.keys(row.formats ?? {}).filter((key) => !should.includes(key))
    : [];
  const placeholder = placeholders && choosesPlaceholder(choice, row);
  return make.length > 0 || remove.length > 0 || placeholder ? { make, remove, placeholder } : null;
}
