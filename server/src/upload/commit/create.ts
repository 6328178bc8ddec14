import type { LinkTarget } from '../../links/target';
import { createFileRow } from '../../library/file-rows';
import type { FolderColumns } from '../../library/folders';
import { privacy } from '../../storage/port';
import type { FileInfo, FileRow } from '../../types/rows';
import type { Attempt } from '../../attempt/attempt';
import { sizesOfAttribute } from '../derive/attribute-sizes';
import { deriveFile } from '../derive/derive-file';
import type { Naming } from '../derive/derive-through';
import type { IngestDeps } from '../deps';
import { FILES_AT_ONCE } from '../derive/head-start';
import { newHash } from '../derive/new-hash';
import type { Refusals } from '../refusals';
import { contentValues, placementsOf } from './row';
import { transact } from '../../attempt/transact';
import type { AddressedFile, Upload } from '../upload';

/** New files: what to store, what to write beside it, and where to link it. */
export interface CreateFiles {
  uploads: Upload[];
  target: LinkTarget | null;
  /** Columns that all rows share, such as the creator. */
  common: Record<string, unknown>;
  /** What becomes of the others where one of them is refused. */
  refusals: Refusals;
  /** The folder of files that name none, asked for when they are known to be good; without it that is the root. */
  folder?: (() => Promise<{ id: number; path: string }>) | undefined;
}

/** A new file that is ready to be stored. */
interface PlannedFile {
  info: FileInfo;
  file: AddressedFile;
  place: FolderColumns;
}

/**
 * Stores new files and commits their rows and links: all of them or none, but for those that a partial batch leaves out.
 *
 * @throws RefusedFile for a broken picture; DayLimitReached; whatever provider, storage and database
 *   throw
 */
export async function createFiles(
  { uploads: asked, target, common, folder, refusals }: CreateFiles,
  attempt: Attempt,
  deps: IngestDeps
): Promise<FileRow[]> {
  const nameOf = ({ file }: Upload) => file.name;
  const sized = await refusals.withEach(asked, { atOnce: 1, nameOf }, ({ file }) =>
    deps.checkFileSize(file)
  );
  const named: Array<{ upload: Upload; naming: Naming }> = [];
  for (const { file: upload } of sized) {
    const { info, file, path, isPrivate } = upload;
    const name = info.name || file.name;
    const taken = named.map(({ naming }) => naming.address.hash);
    const hash = await newHash({ name, ext: file.ext }, taken, deps);
    const { ext, mime } = file;
    const address = { name, hash, ext, mime, path, ...privacy(isPrivate) };
    named.push({ upload, naming: { address, info, fixed: {} } });
  }
  const sizes = target ? sizesOfAttribute(target.slots[0]?.attribute, target.name, deps.log) : {};
  const derived = await refusals.withEach(
    named,
    { atOnce: FILES_AT_ONCE, nameOf: ({ upload }) => nameOf(upload) },
    ({ upload: { file, info }, naming }) =>
      deriveFile({ file, naming, context: { focalPoint: info.focalPoint, sizes } }, attempt, deps)
  );
  const uploads = derived.map(({ file }) => file.upload);

  const isShared = ({ info }: Upload) => folder !== undefined && info.folder === undefined;
  const shared = uploads.some(isShared) ? await folder?.() : undefined;
  const planned: PlannedFile[] = [];
  for (const [index, upload] of uploads.entries()) {
    const { info } = upload;
    const place =
      shared && isShared(upload)
        ? { folder: shared.id, folderPath: shared.path }
        : await deps.folderColumns(info.folder ?? null);
    planned.push({ info, file: derived[index]!.result, place });
  }
  const placed = await attempt.place(
    planned.map(({ info, file, place }) => placementsOf(file, { ...info, ...place }))
  );

  const created: FileRow[] = [];
  return transact(
    deps,
    async () => {
      created.length = 0;
      await deps.count(uploads.map(({ file }) => file));
      for (const [index, { info, file, place: plannedPlace }] of planned.entries()) {
        const stored = placed[index]!;
        const content = contentValues(file, stored.objects, deps.provider());
        // Asked again: the folder may have been moved since.
        const place = await deps.folderColumns(plannedPlace.folder);
        const data = { ...info, ...common, ...place, ...content };
        const row = await createFileRow(deps.db, data);
        await attempt.confirm(stored, row);
        created.push(row);
      }
      if (target) {
        await deps.attach(created, target);
      }
      return created;
    },
    {
      attempt,
      announce: () => Promise.all(created.map((file) => deps.announce('media.create', file))),
      log: deps.log,
    }
  );
}
