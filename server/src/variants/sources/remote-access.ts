import { stat } from 'node:fs/promises';
import { ignoreMissing } from '../../storage/disk';
import type { RemoteFiles } from './remote-files';
import type { ObjectKey, SourceRows } from './source-rows';

interface RemoteAccessDeps {
  rows: SourceRows;
  files: RemoteFiles;
  /** Absolute path of a stored object; null if there is no folder for it. */
  pathOf(object: ObjectKey): string | null;
}

/** Where clients read files that other providers keep, and which of these files need a signature of ours. */
export class RemoteAccess {
  constructor(private readonly deps: RemoteAccessDeps) {}

  /** Whether new files go to another provider than the local disk. */
  get isElsewhere(): boolean {
    return this.deps.files.isElsewhere;
  }

  /**
   * Whether an object is, or would be, private at its provider. Objects that do not exist count as private if the
   * project's provider is private, so that nobody learns which ones exist.
   */
  async isClosed(object: ObjectKey): Promise<boolean> {
    const { rows, files, pathOf } = this.deps;
    if (object.isPrivate || !(await files.isClosed())) {
      return false;
    }
    const row = await rows.of(object);
    if (row) {
      return row.remote !== null && files.isPrivate(row.remote);
    }
    const path = pathOf(object);
    return path === null || !(await stat(path).catch(ignoreMissing));
  }

  /** The URL at which a provider keeps an object; null if there is none. */
  async urlOf(object: ObjectKey): Promise<string | null> {
    const row = await this.deps.rows.of(object);
    return row?.remote ? this.deps.files.urlOf(row.remote) : null;
  }
}
