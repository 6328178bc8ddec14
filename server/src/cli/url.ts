import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../config/constants';
import type { FileRow } from '../types/rows';
import type { UrlFile } from '../variants/variant-urls';
import type { CliIo } from './io';
import { loadProject } from './load-project';
import { parseUrl, type UrlOrder } from './url-options';

/**
 * `strapi-upload url`: prints a signed URL of a variant of a file of the project in `io.cwd`. Resolves to 0.
 *
 * Throws UsageError for wrong options, and an error with a message for the user if there is no such file.
 */
export async function url(args: string[], io: CliIo): Promise<number> {
  const order = parseUrl(args);
  const strapi = await loadProject(io.cwd);
  try {
    const file = await fileOf(strapi, order);
    io.out(strapi.plugin('upload').service('delivery').url(file, order.options));
  } finally {
    await strapi.destroy();
  }
  return 0;
}

async function fileOf(strapi: Core.Strapi, { file, size }: UrlOrder): Promise<UrlFile> {
  // Larger numbers are no ids: the column has 32 bits on PostgreSQL and MariaDB.
  const id = /^\d{1,10}$/.test(file) && Number(file) < 2 ** 31 ? [{ id: Number(file) }] : [];
  const where = { $or: [...id, { documentId: file }, { url: file }] };
  const row = (await strapi.db.query(FILE_UID).findOne({ where })) as FileRow | null;
  if (!row) {
    throw new Error(`there is no file "${file}".`);
  }
  if (size === undefined) {
    return row;
  }
  const found = row.formats?.[size];
  if (!found) {
    const names = Object.keys(row.formats ?? {}).join(', ') || 'none';
    throw new Error(`"${row.name}" has no size "${size}"; its sizes: ${names}.`);
  }
  return { ...found, provider: row.provider, updatedAt: row.updatedAt as string };
}
