import { Conflict } from '../errors';
import type { Uses } from './use';

/** Files that are not deleted because entries use them. */
export class FilesInUse extends Conflict {
  /**
   * @param found what uses them, which not every caller may see
   * @param usage what the caller is told of it; without it how much there is
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
