import type { Chargeable } from '../access/allowance';
import type { FolderColumns } from '../library/folders';
import type { Usage } from '../usage/usage';
import type { LinkTarget } from '../links/target';
import type { ImageManipulation } from '../images/overrides/manipulation';
import type { FileRow, FolderId } from '../types/rows';
import type { Announce } from './announce/announce';
import type { DeriveDeps } from './derive/derive';
import type { Transactions } from '../database/transactions';
import type { StagedFile } from './upload';

/** What the steps are given; `register` is the one place that makes it. */
export interface IngestDeps extends Transactions, DeriveDeps {
  /** Name that goes into the `provider` column; files of other providers are not touched. */
  provider(): string;
  /**
   * Asks the provider whether it takes a file of that size.
   *
   * @throws what the provider throws: as a rule errors.PayloadTooLargeError
   */
  checkFileSize(file: StagedFile): Promise<void>;
  /**
   * Counts received files against what their sender may bring in a day; inside the transaction,
   * before all else.
   *
   * @throws DayLimitReached
   */
  count(files: readonly Chargeable[]): Promise<void>;
  /** Whether a replaced file gets a new URL instead of keeping its old one. */
  versionedUrls(): boolean;
  /** The service `image-manipulation` where a project has put functions of its own into it. */
  pictureOverrides(): ImageManipulation | null;
  /** A project's own function that names what is stored. */
  ownFileNames(): ImageManipulation['generateFileName'] | null;
  /** Links new files to an entry; inside the transaction. */
  attach(files: FileRow[], target: LinkTarget): Promise<void>;
  /** The columns that put a file into a folder (null: the root); inside the transaction. */
  folderColumns(id: FolderId | null): Promise<FolderColumns>;
  usage: Pick<Usage, 'linked' | 'inText'>;
  /** Whether files that entries use are not deleted. */
  refusesUsed(): boolean;
  announce: Announce;
  log: { error(message: string): void; warn(message: string): void };
}
