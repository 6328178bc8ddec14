import type { Context } from 'koa';
import { errors } from '../util/strapi-utils';
import { parseFileInfos, type InfoOptions } from '../upload/receive/file-info';
import type { FormRequest } from './forms/form-files';
import { receivedFileOf, type DiskFile } from '../upload/receive/received-file';
import type { FileInfo } from '../types/rows';

/** The fields of a form, or the body of a JSON request. */
export const bodyOf = (ctx: Context): Record<string, unknown> =>
  (ctx.request as FormRequest).body ?? {};

/** The files of a form, in the order in which they were sent. */
export function filesOf(ctx: Context): DiskFile[] {
  const files = (ctx.request as FormRequest).files?.files;
  return files === undefined ? [] : ([files].flat() as DiskFile[]);
}

/**
 * Returns the files of a form.
 *
 * @throws errors.ValidationError if the form has no files
 */
export function someFiles(ctx: Context): DiskFile[] {
  const files = filesOf(ctx);
  if (files.length === 0) {
    throw new errors.ValidationError(
      ctx.is('multipart') ? 'Files are empty' : 'Files are empty: send them as multipart/form-data.'
    );
  }
  return files;
}

/**
 * Returns the file of a form with one file.
 *
 * @throws errors.ValidationError unless the form has exactly one file
 */
export function oneFile(ctx: Context): DiskFile {
  const [file, ...others] = someFiles(ctx);
  if (!file || others.length > 0) {
    throw new errors.ValidationError('Cannot replace a file with multiple ones');
  }
  return file;
}

/**
 * Returns the id in a query such as `POST /upload?id=x`.
 *
 * @throws errors.ValidationError if there are several ids
 */
export function idInQuery({ query: { id } }: Context): string | undefined {
  if (Array.isArray(id)) {
    throw new errors.ValidationError('File id is required and must be a single value');
  }
  return id ? String(id) : undefined;
}

/**
 * Returns the `fileInfo` of each file of a form. A partial batch leaves out some files, so this function leaves out
 * their infos.
 */
export function infosOf(ctx: Context, files: DiskFile[], options?: InfoOptions): FileInfo[] {
  const positions = files.map((file, index) => receivedFileOf(file)?.position ?? index);
  const said = parseFileInfos(bodyOf(ctx).fileInfo, Math.max(...positions) + 1, options);
  return positions.map((position) => said[position] ?? {});
}

/** Returns the `fileInfo` of a form with one file. */
export function infoOf(ctx: Context, options?: InfoOptions): FileInfo {
  const [info = {}] = parseFileInfos(bodyOf(ctx).fileInfo, 1, options);
  return info;
}

/** Returns the folder inside the bucket that a form asks for. */
export function pathOf(ctx: Context): string | undefined {
  const { path } = bodyOf(ctx);
  return typeof path === 'string' ? path : undefined;
}
