import type { FileRow } from '../../types/rows';

/** Which sizes of stored images are made again. */
export interface SizeChoice {
  /**
   * Which sizes are made. `missing`: the sizes that an image should have and does not have. `all`: also the sizes that
   * it has.
   */
  mode: 'missing' | 'all';
  /** Names of the sizes that are made again; null for all names. */
  names: readonly string[] | null;
}

type Row = Pick<FileRow, 'formats'> & { placeholder?: unknown };

/** Whether a size is made. Call this only for a size that the image should have. */
export const isChosen = ({ mode, names }: SizeChoice, key: string, { formats }: Row): boolean =>
  (names === null || names.includes(key)) && (mode === 'all' || !Object.hasOwn(formats ?? {}, key));

/** Whether the placeholder of an image is made. Call this only if the project wants placeholders. */
export const choosesPlaceholder = ({ mode, names }: SizeChoice, { placeholder }: Row): boolean =>
  names === null && (mode === 'all' || !placeholder);

/** Whether sizes that an image has, but should no longer have, are removed. */
export const removesOthers = ({ mode, names }: SizeChoice): boolean =>
  mode === 'all' && names === null;
