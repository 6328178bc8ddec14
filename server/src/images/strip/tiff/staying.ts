import type { Own } from '../apart';
import type { Entry } from './file';
import { STAY, TAG } from './tags';

/** Whether an entry stays in a file that is to hold the rights `own`. Entries of other rights are removed. */
export const stays = ({ tag }: Entry, { artist, copyright }: Own): boolean =>
  STAY.has(tag) ||
  (tag === TAG.artist && artist !== undefined) ||
  (tag === TAG.copyright && copyright !== undefined);

/** Whether an entry stays in a file in which all rights are kept. */
export const mayStay = ({ tag }: Entry): boolean =>
  STAY.has(tag) || tag === TAG.artist || tag === TAG.copyright;
