import { FILE_UID } from '../config/constants';
import { fileNotFound } from '../errors';
import { updateFileRow } from '../library/file-rows';
import { keyOf, privacy } from '../storage/port';
import { bucketPathOf } from '../storage/provider/bucket-path';
import type { FileRow } from '../types/rows';
import type { Attempt } from '../attempt/attempt';
import type { IngestDeps } from '../upload/deps';
import { deriveFile } from '../upload/derive/derive-file';
import type { Naming } from '../upload/derive/derive-through';
import { newHash } from '../upload/derive/new-hash';
import { contentValues, placementsOf, storedObjects } from '../upload/commit/row';
import { transact } from '../attempt/transact';
import type { Upload } from '../upload/upload';

/** A file whose bytes are replaced. */
export interface Replacement {
  /** Its row, as it was found. */
  before: FileRow;
  upload: Upload;
  /** Further columns: what the caller says about the file, who updates it. */
  values: Record<string, unknown>;
}

/**
 * Puts new bytes in the place of a file's old ones, with the same id. The old bytes are given up
 * only when the row is committed; a failure before that puts them back.
 *
 * @throws RefusedFile for a broken picture; DayLimitReached; errors.NotFoundError when the row is
 *   gone; whatever storage and database throw
 */
export async function replaceFile(
  { before, upload, values }: Replacement,
  attempt: Attempt,
  deps: IngestDeps
): Promise<FileRow> {
  await deps.checkFileSize(upload.file);
  const naming = await namingFor(before, upload, deps);
  const context = { focalPoint: upload.info.focalPoint };
  const file = await deriveFile({ file: upload.file, naming, context }, attempt, deps);
  const { id } = before;
  const key = await attempt.hold(id);
  // Read while it is held: another replacement may just have changed it.
  const row: FileRow | null = await deps.db.query(FILE_UID).findOne({ where: { id } });
  if (!row) {
    throw fileNotFound();
  }
  // Objects of another provider stay where they are, as with the built-in plugin.
  const old = new Map(
    row.provider === deps.provider() ? storedObjects(row).map((one) => [keyOf(one), one]) : []
  );
  const said = { folderPath: row.folderPath, ...values };
  const placements = placementsOf(file, said).map((placement) => {
    const place = keyOf(placement.address);
    const replaced = old.get(place);
    old.delete(place);
    return { ...placement, old: replaced };
  });
  const placed = await attempt.placeHeld(key, placements);

  let updated: FileRow;
  return transact(
    deps,
    async () => {
      await deps.count([upload.file]);
      const content = contentValues(file, placed.objects, deps.provider());
      const { folder } = upload.info;
      const place = folder === undefined ? {} : await deps.folderColumns(folder);
      const data = { ...values, ...place, ...content };
      const found = await updateFileRow(deps.db, row.id, data);
      if (!found) {
        throw fileNotFound();
      }
      updated = found;
      await attempt.confirm(placed, row);
      await attempt.retire([...old.values()]);
      return updated;
    },
    { attempt, announce: () => deps.announce('media.update', updated), log: deps.log }
  );
}

/** The old URL and extension, or with versioned URLs new ones that fit the new file. */
async function namingFor(
  row: FileRow,
  { info, file, path, isPrivate }: Upload,
  deps: IngestDeps
): Promise<Naming> {
  const name = info.name || file.name;
  const { ext, mime } = file;
  const oldPath = bucketPathOf(row);
  if (deps.versionedUrls()) {
    const hash = await newHash({ name, ext }, [], deps);
    const address = { name, hash, ext, mime, path: path ?? oldPath, ...privacy(isPrivate) };
    return { address, info, fixed: {} };
  }
  const fixed = { hash: row.hash, ext: row.ext ?? '' };
  const address = { name, ...fixed, mime, path: oldPath, ...privacy(isPrivate) };
  return { address, info, fixed };
}
