import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { partsOf } from '../parts';
import type { UploadService } from '../services/upload';
import type { FileRow } from '../types';
import { putFiles } from './data-slot';
import type { SlotFiles } from './form';
import { pendingOf } from './pending';

/**
 * Stores the files of a form, all of them or none, and names them in its data, for what comes
 * after it: the route's own middlewares, and Strapi's controller. When those answer an error the
 * files are deleted again, and count no more against what their sender may bring in a day.
 */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const pending = pendingOf(ctx);
    if (!pending?.form) {
      await next();
      return;
    }
    const { uid, slots } = pending.form;
    const stored =
      slots.length > 0 ? await store(slots, !(await hasRow(uid, ctx, strapi)), strapi) : [];
    pending.isStored = true;
    let succeeded = false;
    try {
      await next();
      succeeded = ctx.status < 400;
    } finally {
      if (!succeeded && stored.length > 0) {
        await remove(stored, slots, strapi);
      }
    }
  };

/** Whether the request changes a row that there is, in the language that it names. */
async function hasRow(uid: string, ctx: Context, strapi: Core.Strapi): Promise<boolean> {
  if (ctx.method === 'POST') {
    return false;
  }
  const documents = strapi.documents(uid as 'plugin::upload.file');
  const { locale } = ctx.query;
  const version = { status: 'draft', ...(typeof locale === 'string' ? { locale } : {}) } as const;
  const { id } = ctx.params as { id?: string };
  const found = id
    ? documents.findOne({ documentId: id, ...version })
    : documents.findFirst(version);
  return (await found) !== null;
}

async function store(
  slots: readonly SlotFiles[],
  isNew: boolean,
  strapi: Core.Strapi
): Promise<FileRow[]> {
  const service = strapi.plugin('upload').service('upload') as UploadService;
  const files = slots.flatMap((some) => some.files);
  const data = { fileInfo: slots.flatMap(({ infos }) => infos) };
  const folder = () => partsOf(strapi).apiFolder();
  const stored = await service.upload({ data, files }, { folder });
  const ids = stored.map(({ id }) => id);
  for (const { slot, files: some } of slots) {
    putFiles(slot, ids.splice(0, some.length), isNew || slot.isNew);
  }
  return stored;
}

/** A failure is told in the log: the client hears why its entry was refused. */
async function remove(
  stored: readonly FileRow[],
  slots: readonly SlotFiles[],
  strapi: Core.Strapi
): Promise<void> {
  const ids = stored.map(({ id }) => id);
  try {
    await strapi.plugin('upload').service('file').deleteByIds(ids);
    await partsOf(strapi).dayCounts.giveBack(slots.flatMap(({ files }) => files));
  } catch (error) {
    strapi.log.error(
      `Files of an entry that was refused stay in the library, or are still counted ` +
        `(${ids.join(', ')}): ${String(error)}`
    );
  }
}
