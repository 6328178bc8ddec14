import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { signFiles } from '../../signing/signed-urls';
import { inTurns } from '../../util/turns';
import type { FileRow } from '../../types/rows';
import { ACTIONS, AdminPermissions } from '../../http/admin-permissions';

/** A file with the fields that the admin user may see. Its URLs are signed if its provider is private. */
export async function shownFile(
  strapi: Core.Strapi,
  ctx: Context,
  file: FileRow
): Promise<FileRow> {
  const signed = await strapi.plugin('upload').service('file').signFileUrls(file);
  const manager = new AdminPermissions(strapi, ctx).managerFor(ACTIONS.read);
  return manager.sanitizeOutput(signed, { action: ACTIONS.read });
}

/** Returns several files as `shownFile` does, and lets other requests run in between. */
export async function shownFiles(
  strapi: Core.Strapi,
  ctx: Context,
  files: readonly FileRow[]
): Promise<FileRow[]> {
  const sign = (file: FileRow): Promise<FileRow> =>
    strapi.plugin('upload').service('file').signFileUrls(file);
  const signed = await signFiles(files, sign);
  const manager = new AdminPermissions(strapi, ctx).managerFor(ACTIONS.read);
  return inTurns(signed, (file) => manager.sanitizeOutput(file, { action: ACTIONS.read }));
}

/**
 * Adds `populate` to a query. If the query populates by key, both are combined. If the query has a list or `*`, it
 * replaces the added `populate` (Strapi 5.54).
 */
export function populating(
  query: Record<string, unknown>,
  populate: Record<string, unknown>
): Record<string, unknown> {
  const asked = query.populate ?? {};
  const byKey = typeof asked === 'object' && !Array.isArray(asked);
  return { ...query, populate: byKey ? { ...populate, ...asked } : asked };
}
