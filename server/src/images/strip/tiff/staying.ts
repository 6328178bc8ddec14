import type { Own } from '../apart';
import type { Entry } from './file';
import { STAY, TAG } from './tags';

/** Whether an entry stays in a file that is to say these rights: of rights only those stay that it says. */
export const stays = ({ tag }: Entry, { artist, copyright }: Own): boolean =>
  STAY.has(tag) ||
  (tag === TAG.artist && artist !== undefined) ||
  (tag === TAG.copyright && copyright !== undefined);

/** Whether an entry stays in a file that is to say all rights. */
export const mayStay = ({ tag }: Entry): boolean =>
  STAY.has(tag) || tag === TAG.artist || tag === TAG.copyright;
