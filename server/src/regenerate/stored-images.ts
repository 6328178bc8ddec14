import { FILE_UID } from '../config/constants';
import { PROCESSED } from '../images/header/probe';
import type { Database } from '../database/transactions';
import type { FileRow } from '../types/rows';

/** Number of rows that are read by one query. */
export const PAGE = 100;

/** The images of one storage provider that have sizes, with ids after a given one. */
export class StoredImages {
  constructor(
    private readonly db: Database,
    private readonly provider: () => string
  ) {}

  count(after: number): Promise<number> {
    return this.files().count({ where: this.where(after) });
  }

  /** Returns at most {@link PAGE} rows, by ascending ids. */
  page(after: number): Promise<FileRow[]> {
    return this.files().findMany({ where: this.where(after), orderBy: { id: 'asc' }, limit: PAGE });
  }

  /** Counts the images of other providers, which are not touched. */
  countOthers(): Promise<number> {
    return this.files().count({
      where: { mime: { $in: PROCESSED }, provider: { $ne: this.provider() } },
    });
  }

  private files() {
    return this.db.query(FILE_UID);
  }

  private where(after: number) {
    return { id: { $gt: after }, mime: { $in: PROCESSED }, provider: this.provider() };
  }
}
