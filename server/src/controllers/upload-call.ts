import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { callerOf } from '../access/caller';
import { oneOrMany, type InfoOptions } from '../ingest/file-info';
import type { DiskFile } from '../ingest/received-file';
import { partsOf } from '../parts';
import type { UploadOptions } from '../services/upload-options';
import { bodyOf, infosOf, pathOf } from './form';
import { linkOf } from './link';

/**
 * What the service is called with for new files: in the shape of the built-in plugin (Strapi 5.54), since projects wrap
 * the service, read it and change it.
 */
export const uploadOf = (ctx: Context, files: DiskFile[], infoOptions?: InfoOptions) => ({
  data: {
    ...bodyOf(ctx),
    fileInfo: oneOrMany(infosOf(ctx, files, infoOptions)),
    path: pathOf(ctx),
  },
  files: files.length === 1 ? files[0]! : files,
});

/** What belongs to the request beside it: the link, found and permitted, and who makes it. */
export const optionsOf = async (strapi: Core.Strapi, ctx: Context): Promise<UploadOptions> => ({
  link: await linkOf(strapi, ctx, bodyOf(ctx)),
  caller: callerOf(ctx),
  batch: partsOf(strapi).batch(),
});
