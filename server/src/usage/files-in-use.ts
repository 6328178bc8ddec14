import { Conflict } from '../errors';
import type { Uses } from './use';

/** Thrown if files are not deleted because entries use them. */
export class FilesInUse extends Conflict {
  /**
   * @param found the uses, which not every caller may see
   * @param usage the uses that the caller may see; by default only their number
   */
  constructor(
    readonly found: Uses,
    usage: object = { results: [], hidden: found.uses.length, more: found.more }
  ) {
    const count = new Set(found.uses.map(({ fileId }) => fileId)).size;
    const message =
      count === 1
        ? 'The file is used by entries and was not deleted.'
        : `${count} of the files are used by entries and were not deleted.`;
    super(message, { usage });
  }
}
