import type { Attempt } from '../../attempt/attempt';
import type { LinkTarget } from '../../links/target';
import { createFileRow } from '../../library/file-rows';
import type { FolderColumns } from '../../library/folders';
import type { FileRow, FolderId } from '../../types/rows';
import { sizesOfAttribute } from '../derive/attribute-sizes';
import type { DeriveDeps } from '../derive/derive';
import { deriveFile } from '../derive/derive-file';
import type { AddressedFile, Naming } from '../derive/derived-file';
import { FILES_AT_ONCE } from '../derive/head-start';
import { newNaming, type HashDeps } from '../derive/new-naming';
import type { Refusals } from '../refusals';
import type { StagedFile } from '../stage/staged-file';
import type { Upload } from '../upload';
import { commitNewFiles, type CommitDeps } from './commit';
import { contentValues, placementsOf } from './row';

/** New files: the files to store, the columns of their rows, and the attribute to link them to. */
export interface CreateFiles {
  uploads: Upload[];
  target: LinkTarget | null;
  /** Columns that all rows share, such as the creator. */
  common: Record<string, unknown>;
  /** Decides what happens to the other files when one file is refused. */
  refusals: Refusals;
  /**
   * Returns the folder for files that choose no folder. Called only after all files are accepted. Without this function
   * such files go to the root.
   */
  folder?: SharedFolder | undefined;
}

type SharedFolder = () => Promise<{ id: number; path: string }>;

export interface CreateDeps {
  hash: HashDeps;
  derive: DeriveDeps;
  commit: CommitDeps;
  /**
   * Asks the provider whether it accepts a file of this size.
   *
   * @throws the provider's error: usually errors.PayloadTooLargeError
   */
  checkFileSize(file: StagedFile): Promise<void>;
  /** Returns the columns that put a file into a folder (null: the root). */
  folderColumns(id: FolderId | null): Promise<FolderColumns>;
  /** Links new files to an entry, inside the transaction. */
  attach(files: FileRow[], target: LinkTarget): Promise<void>;
}

interface NamedUpload extends Upload {
  naming: Naming;
}

interface DerivedUpload extends NamedUpload {
  derived: AddressedFile;
}

/** A new file that is derived and has a folder: ready for the commit. */
interface LocatedUpload extends DerivedUpload {
  place: FolderColumns;
}

/**
 * Stores new files and commits their rows and links: all of them or none. A `partial` batch leaves out the refused
 * files.
 *
 * @throws RefusedFile for a broken image; DayLimitReached; any error of the provider, the storage or the database
 */
export async function createFiles(
  { uploads, target, common, folder, refusals }: CreateFiles,
  attempt: Attempt,
  deps: CreateDeps
): Promise<FileRow[]> {
  const nameOf = ({ file }: Upload) => file.name;
  const accepted = await refusals.withEach(uploads, { atOnce: 1, nameOf }, async (upload) => {
    await deps.checkFileSize(upload.file);
    return upload;
  });
  const named = await nameEach(accepted, deps.hash);
  const sizes = target
    ? sizesOfAttribute(target.slots[0]?.attribute, target.name, deps.commit.log)
    : {};
  const derived = await refusals.withEach(
    named,
    { atOnce: FILES_AT_ONCE, nameOf },
    async (upload): Promise<DerivedUpload> => {
      const context = { focalPoint: upload.info.focalPoint, sizes };
      return { ...upload, derived: await deriveFile({ ...upload, context }, attempt, deps.derive) };
    }
  );
  const located = await locateEach(derived, folder, deps);

  const files = located.map(({ info, derived: file, place }) => ({
    placements: placementsOf(file, { ...info, ...place }),
    async write(published: Parameters<typeof contentValues>[1]) {
      const content = contentValues(file, published, deps.commit.provider());
      // Reads the folder again: another request may have moved the folder since.
      const now = await deps.folderColumns(place.folder);
      return createFileRow(deps.commit.db, { ...info, ...common, ...now, ...content });
    },
  }));
  return commitNewFiles(
    {
      files,
      event: 'media.create',
      charged: located.map(({ file }) => file),
      async link(rows) {
        if (target) {
          await deps.attach(rows, target);
        }
      },
    },
    attempt,
    deps.commit
  );
}

/** Gives each file its own unique address in storage. */
async function nameEach(uploads: readonly Upload[], deps: HashDeps): Promise<NamedUpload[]> {
  const named: NamedUpload[] = [];
  for (const upload of uploads) {
    const taken = named.map(({ naming }) => naming.address.hash);
    named.push({ ...upload, naming: await newNaming(upload, taken, deps) });
  }
  return named;
}

/** Determines the folder of each file. */
async function locateEach(
  uploads: readonly DerivedUpload[],
  folder: SharedFolder | undefined,
  { folderColumns }: CreateDeps
): Promise<LocatedUpload[]> {
  const namesNone = ({ info }: Upload) => info.folder === undefined;
  const shared = uploads.some(namesNone) ? await folder?.() : undefined;
  const located: LocatedUpload[] = [];
  for (const upload of uploads) {
    const place =
      shared && namesNone(upload)
        ? { folder: shared.id, folderPath: shared.path }
        : await folderColumns(upload.info.folder ?? null);
    located.push({ ...upload, place });
  }
  return located;
}
