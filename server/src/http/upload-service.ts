import type { DiskFile } from '../upload/receive/received-file';
import type { AdminUser, FileInfo, FileRow } from '../types/rows';
import type { ChangeOptions, UploadOptions } from './upload-options';

/** The data that is sent with files: their `fileInfo` and their link. */
export interface UploadData {
  /** For one file: an object, or its JSON text. For several files: a list of objects, or its JSON text. */
  fileInfo?: FileInfo | FileInfo[] | string | undefined;
  ref?: string | undefined;
  refId?: string | number | undefined;
  field?: string | undefined;
  source?: string | undefined;
  locale?: string | undefined;
  status?: string | undefined;
  path?: string | undefined;
  /** Any other fields of a form. */
  [field: string]: unknown;
}

/** A change of the `fileInfo` of a file. */
export interface InfoUpdate {
  id: unknown;
  fileInfo: FileInfo;
}

/**
 * The functions of the service `strapi.plugin('upload').service('upload')` that requests use. Other plugins and
 * projects call them too.
 */
export interface UploadService {
  /**
   * Stores files, all of them or none. In a partial batch, stores the files that are not refused.
   *
   * @param files one or many, in formidable's shape
   *
   * @example
   * const service = strapi.plugin('upload').service('upload');
   * const beach = { filepath, originalFilename: 'beach.txt', mimetype: 'text/plain', size: 5 };
   * const [file] = await service.upload({ data: { fileInfo: { caption: 'Sand' } }, files: [beach] });
   * file.caption; // => 'Sand'
   */
  upload(
    sent: { data?: UploadData; files: DiskFile | DiskFile[] },
    options?: UploadOptions
  ): Promise<FileRow[]>;
  /**
   * Replaces the bytes of a file by those of a new file. Links do not change.
   *
   * @example
   * const sea = { filepath, originalFilename: 'sea.txt', mimetype: 'text/plain', size: 5 };
   * const replaced = await service.replace(file.id, { file: sea });
   * replaced.name; // => 'sea.txt'
   * replaced.url === file.url; // => true
   */
  replace(
    id: unknown,
    sent: { data?: UploadData; file: DiskFile },
    options?: ChangeOptions
  ): Promise<FileRow>;
  /**
   * Changes the `fileInfo` of a file. Keys that are missing or null stay as they are. Clients of GraphQL and MCP
   * get the returned row unchanged.
   *
   * @example
   * const described = await service.updateFileInfo(file.id, { alternativeText: 'The sea' });
   * described.alternativeText; // => 'The sea'
   */
  updateFileInfo(
    id: unknown,
    info: FileInfo,
    options?: { user?: AdminUser | undefined }
  ): Promise<FileRow>;
  /**
   * Changes the `fileInfo` of several files, all or none. A project's own `updateFileInfo` is called for each file.
   *
   * @example
   * const updates = [{ id: file.id, fileInfo: { caption: 'Water' } }];
   * (await service.updateFileInfos(updates)).map(({ caption }) => caption); // => ['Water']
   */
  updateFileInfos(
    updates: readonly InfoUpdate[],
    options?: { user?: AdminUser | undefined }
  ): Promise<FileRow[]>;
  /**
   * @param id number or documentId, as clients send it
   *
   * @example
   * (await service.findOne(file.documentId)).name; // => 'sea.txt'
   */
  findOne(id: unknown, populate?: unknown): Promise<FileRow | null>;
  /**
   * @param query as of `strapi.documents`: filters, sort, fields, populate, limit, start
   *
   * @example
   * const found = await service.findMany({ filters: { caption: 'Water' } });
   * found.length; // => 1
   */
  findMany(query?: Record<string, unknown>): Promise<FileRow[]>;
  /**
   * Finds one page and counts all pages.
   *
   * @example
   * const { results, pagination } = await service.findAndCountPage({ pagination: { page: 1, pageSize: 10 } });
   * pagination.pageSize; // => 10
   */
  findAndCountPage(
    query?: Record<string, unknown>
  ): Promise<{ results: FileRow[]; pagination: unknown }>;
  /**
   * Deletes the row, the links and the stored objects of a file. Returns null when the row was already deleted.
   *
   * @example
   * await service.remove({ id: file.id });
   * await service.remove({ id: file.id }); // => null
   */
  remove(file: { id: number }): Promise<FileRow | null>;
}
