import type { Attempt } from '../attempt/attempt';
import { FILE_UID } from '../config/constants';
import { fileNotFound } from '../errors';
import { updateFileRow } from '../library/file-rows';
import { privacy } from '../storage/port';
import { bucketPathOf } from '../storage/provider/bucket-path';
import type { FileRow } from '../types/rows';
import { commitHeldFile, placeOver } from '../upload/commit/commit';
import type { CreateDeps } from '../upload/commit/create';
import { storedObjects } from '../storage/stored-objects';
import { contentValues, placementsOf } from '../upload/commit/row';
import { deriveFile } from '../upload/derive/derive-file';
import type { Naming } from '../upload/derive/derived-file';
import { newNaming } from '../upload/derive/new-naming';
import type { Upload } from '../upload/upload';

/** A file and the new bytes for it. */
export interface Replacement {
  /** The row of the file, as it was read before. */
  before: FileRow;
  upload: Upload;
  /** Values of further columns: the `fileInfo` and the updater. */
  values: Record<string, unknown>;
}

export interface ReplaceDeps extends Omit<CreateDeps, 'attach'> {
  /** Whether a replaced file gets a new URL. Otherwise it keeps its old URL. */
  versionedUrls(): boolean;
}

/**
 * Replaces the bytes of a file, which keeps its id. The old bytes are removed only after the row is committed. A
 * failure before the commit puts them back.
 *
 * @throws RefusedFile for a broken image; DayLimitReached; errors.NotFoundError when the row no longer exists; any
 *   error of the storage or the database
 */
export async function replaceFile(
  { before, upload, values }: Replacement,
  attempt: Attempt,
  deps: ReplaceDeps
): Promise<FileRow> {
  const { db, provider } = deps.commit;
  await deps.checkFileSize(upload.file);
  const naming = await namingFor(before, upload, deps);
  const context = { focalPoint: upload.info.focalPoint };
  const file = await deriveFile({ file: upload.file, naming, context }, attempt, deps.derive);
  const { id } = before;
  const key = await attempt.hold(id);
  // Reads the row while the file is held: another replacement may have changed the row before.
  const row: FileRow | null = await db.query(FILE_UID).findOne({ where: { id } });
  if (!row) {
    throw fileNotFound();
  }
  // Objects of another provider stay where they are, as with the built-in plugin.
  const old = row.provider === provider() ? storedObjects(row) : [];
  const placements = placementsOf(file, { folderPath: row.folderPath, ...values });

  return commitHeldFile(
    {
      held: { key, row },
      ...placeOver(placements, old),
      async write(published) {
        const content = contentValues(file, published, provider());
        const { folder } = upload.info;
        const place = folder === undefined ? {} : await deps.folderColumns(folder);
        return updateFileRow(db, row.id, { ...values, ...place, ...content });
      },
    },
    { event: 'media.update', charged: [upload.file] },
    { attempt, deps: deps.commit }
  );
}

/**
 * Returns the names for the new bytes: the old hash and extension. With versioned URLs, returns a new hash and the
 * extension of the new file.
 */
async function namingFor(row: FileRow, upload: Upload, deps: ReplaceDeps): Promise<Naming> {
  const { info, file, isPrivate } = upload;
  const path = bucketPathOf(row);
  if (deps.versionedUrls()) {
    return newNaming({ ...upload, path: upload.path ?? path }, [], deps.hash);
  }
  const fixed = { hash: row.hash, ext: row.ext ?? '' };
  const name = info.name || file.name;
  const address = { name, ...fixed, mime: file.mime, path, ...privacy(isPrivate) };
  return { address, info, fixed };
}
