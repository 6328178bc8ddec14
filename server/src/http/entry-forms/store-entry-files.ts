import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { callerOf, type Caller } from '../../access/caller';
import { dayCounts } from '../../access/day-counts';
import { apiFolder } from '../../library/api-folder';
import { withOptions } from '../upload-options';
import type { UploadService } from '../upload-service';
import type { FileRow } from '../../types/rows';
import { chargeOf } from '../../upload/receive/received-file';
import { oneOrMany } from '../../upload/receive/file-info';
import { pendingOf, type PendingForm } from '../forms/pending';
import { putFiles } from './data-slot';
import { entryReaderOf, type EntryFormReader, type SlotFiles } from './form';
import { formFilesOf, type FormRequest } from '../forms/form-files';

/**
 * Stores the files of a form, all of them or none, and writes their ids into `data`. The code after this
 * middleware, the route's own middlewares and Strapi's controller, then uses `data`. If that code answers with an
 * error, the files are deleted again and no longer count against the daily limit of their sender.
 */
export default ({ uid }: { uid: string }, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const form = pendingOf(ctx);
    if (!form?.isRead) {
      await next();
      return;
    }
    const slots = slotsOf(ctx, form, entryReaderOf(strapi, uid));
    const stored =
      slots.length > 0
        ? await store(slots, !(await hasRow(uid, ctx, strapi)), { strapi, caller: callerOf(ctx) })
        : [];
    form.isStored = true;
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

/** Reads the data and the files again, since policies may have changed them. */
function slotsOf(ctx: Context, { infos }: PendingForm, reader: EntryFormReader): SlotFiles[] {
  const request = ctx.request as FormRequest;
  const data = reader.dataIn(request.body ?? {});
  request.body = { ...request.body, data };
  return reader.slotsOf({ data, infos, files: formFilesOf(request) });
}

/** Whether the request changes a row that exists in the requested language. */
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
  { strapi, caller }: { strapi: Core.Strapi; caller: Caller }
): Promise<FileRow[]> {
  const service = strapi.plugin('upload').service('upload') as UploadService;
  const files = slots.flatMap((some) => some.files);
  const data = { fileInfo: oneOrMany(slots.flatMap(({ infos }) => infos)) };
  const folder = () => apiFolder.of(strapi)();
  const options = { folder, caller };
  const stored = await withOptions(options, files, () => service.upload({ data, files }, options));
  const ids = stored.map(({ id }) => id);
  for (const { slot, files: some } of slots) {
    putFiles(slot, ids.splice(0, some.length), isNew || slot.isNew);
  }
  return stored;
}

/**
 * Deletes the stored files. A failure here is only logged, since the client must get the reason for the refused
 * entry.
 */
async function remove(
  stored: readonly FileRow[],
  slots: readonly SlotFiles[],
  strapi: Core.Strapi
): Promise<void> {
  const ids = stored.map(({ id }) => id);
  try {
    await strapi.plugin('upload').service('file').deleteByIds(ids);
    const charged = slots.flatMap(({ files }) => files.map((file) => ({ charge: chargeOf(file) })));
    await dayCounts.of(strapi).giveBack(charged);
  } catch (error) {
    strapi.log.error(
      `upload: an entry was refused, but its files (ids ${ids.join(', ')}) could not be removed from the library ` +
        `or from the counts of the day: ${String(error)}`
    );
  }
}
