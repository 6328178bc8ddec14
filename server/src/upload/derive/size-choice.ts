import type { FileRow } from '../../types/rows';

/** Which sizes of stored images are made anew. */
export interface SizeChoice {
  /** `missing`: those that an image should have and has not; `all`: those that it has, too. */
  mode: 'missing' | 'all';
  /** Only these; null for all. */
  names: readonly string[] | null;
}

type Row = Pick<FileRow, 'formats'> & { placeholder?: unknown };

/** Whether a size of an image that should have it is made. */
export const isChosen = ({ mode, names }: SizeChoice, key: string, { formats }: Row): boolean =>
  (names === null || names.includes(key)) && (mode === 'all' || !Object.hasOwn(formats ?? {}, key));

/** Whether an image's placeholder is made, where the project wants one. */
export const choosesPlaceholder = ({ mode, names }: SizeChoice, { placeholder }: Row): boolean =>
  names === null && (mode === 'all' || !placeholder);

/** Whether sizes that an image has and should not have any more are removed. */
export const removesOthers = ({ mode, names }: SizeChoice): boolean =>
  mode === 'all' && names === null;
