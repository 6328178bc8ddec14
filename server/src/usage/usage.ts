import { FILE_UID } from '../config/constants';
import { chunks } from '../database/chunks';
import { usesAt } from './entries';
import type { FileUrls } from './file-url';
import { textOccurrences } from './in-text';
import { linkedOccurrences } from './linked';
import type { Occurrence, UsageLookup, UsageReading, Use, Uses } from './use';

/** Maximum number of uses that one search returns. */
const MOST = 1000;

/** Finds the entries that use files. */
export class Usage {
  constructor(private readonly lookup: UsageLookup) {}

  /** Finds all uses of files: links, and URLs in texts. */
  async of(fileIds: readonly number[]): Promise<Uses> {
    return together(await this.linked(fileIds), await this.inText(fileIds));
  }

  /**
   * Finds entries whose media attributes, or relations to files, hold the files. If the transaction has locked the
   * files (`lockRows`), the result stays valid until the transaction ends.
   */
  async linked(fileIds: readonly number[]): Promise<Uses> {
    return await this.reading((reading) =>
      this.collect(linkedOccurrences(fileIds, reading), reading)
    );
  }

  /** Finds entries that have a URL of one of the files in a text. Reads all texts of the project. */
  async inText(fileIds: readonly number[]): Promise<Uses> {
    return await this.reading(async (reading) =>
      this.collect(textOccurrences(await this.urlsOf(fileIds), reading), reading)
    );
  }

  private async urlsOf(fileIds: readonly number[]): Promise<FileUrls[]> {
    const files: FileUrls[] = [];
    for (const some of chunks(fileIds)) {
      const where = { id: { $in: some } };
      const select = ['id', 'url', 'hash', 'formats'];
      files.push(...(await this.lookup.db.query(FILE_UID).findMany({ select, where })));
    }
    return files;
  }

  private async reading(look: (reading: UsageReading) => Promise<Uses>): Promise<Uses> {
    return await this.lookup.db.transaction(({ trx }) => look({ ...this.lookup, trx }));
  }

  private async collect(parts: AsyncGenerator<Occurrence[]>, reading: UsageReading): Promise<Uses> {
    const uses: Use[] = [];
    for await (const occurrences of parts) {
      uses.push(...(await usesAt(occurrences, reading)));
      if (uses.length >= MOST) {
        return { uses: uses.slice(0, MOST), more: true };
      }
    }
    return { uses, more: false };
  }
}

/** Combines the results of two searches. */
export const together = (one: Uses, other: Uses): Uses => ({
  uses: [...one.uses, ...other.uses],
  more: one.more || other.more,
});
