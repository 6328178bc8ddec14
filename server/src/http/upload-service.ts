import type { DiskFile } from '../upload/receive/received-file';
import type { AdminUser, FileInfo, FileRow } from '../types/rows';
import type { ChangeOptions, UploadOptions } from './upload-options';

/** Beside the files: what is said about them and where they go. */
export interface UploadData {
  /** An object or JSON text for one file; a list, or JSON text of one, for several. */
  fileInfo?: FileInfo | FileInfo[] | string | undefined;
  ref?: string | undefined;
  refId?: string | number | undefined;
  field?: string | undefined;
  source?: string | undefined;
  locale?: string | undefined;
  status?: string | undefined;
  path?: string | undefined;
  /** The other fields of a form. */
  [field: string]: unknown;
}

/** A change of what is said about a file. */
export interface InfoUpdate {
  id: unknown;
  fileInfo: FileInfo;
}

/** What requests ask of the service that other plugins and projects call as `strapi.plugin('upload').service('upload')`. */
export interface UploadService {
  /**
   * Stores files, all of them or none; in a partial batch those that are not refused.
   *
   * @param files one or many, as formidable describes them
   */
  upload(
    sent: { data?: UploadData; files: DiskFile | DiskFile[] },
    options?: UploadOptions
  ): Promise<FileRow[]>;
  /** Puts the bytes of a new file in the place of an old one's. Links are not changed. */
  replace(
    id: unknown,
    sent: { data?: UploadData; file: DiskFile },
    options?: ChangeOptions
  ): Promise<FileRow>;
  /**
   * Changes what is said about a file; what is left out or null stays as it is. What it answers goes to clients
   * of GraphQL and MCP as it is.
   */
  updateFileInfo(
    id: unknown,
    info: FileInfo,
    options?: { user?: AdminUser | undefined }
  ): Promise<FileRow>;
  /** The same for several files, all of them or none; a project's own function gets one by one. */
  updateFileInfos(
    updates: readonly InfoUpdate[],
    options?: { user?: AdminUser | undefined }
  ): Promise<FileRow[]>;
  /** Deletes row, links and stored objects; null when the row was gone already. */
  remove(file: { id: number }): Promise<FileRow | null>;
  /** @param id number or documentId, as clients send it */
  findOne(id: unknown, populate?: unknown): Promise<FileRow | null>;
  findMany(query?: Record<string, unknown>): Promise<FileRow[]>;
  findAndCountPage(
    query?: Record<string, unknown>
  ): Promise<{ results: FileRow[]; pagination: unknown }>;
}
