import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { callerOf } from '../access/caller';
import { oneOrMany } from '../upload/receive/file-info';
import type { DiskFile } from '../upload/receive/received-file';
import { receiving } from './receiving';
import type { UploadOptions } from './upload-options';
import type { FileInfo } from '../types/rows';
import { bodyOf, oneFile, pathOf } from './form';
import { linkOf } from './link';

/**
 * The first argument of the service for new files. It has the shape of the built-in plugin (Strapi 5.54), since
 * projects wrap the service and read or change this argument.
 */
export const uploadOf = (ctx: Context, files: DiskFile[], infos: FileInfo[]) => ({
  data: { ...bodyOf(ctx), fileInfo: oneOrMany(infos), path: pathOf(ctx) },
  files,
});

/** The first argument of the service for a replacement. */
export const replacementOf = (ctx: Context, fileInfo: FileInfo) => ({
  data: { ...bodyOf(ctx), fileInfo, path: pathOf(ctx) },
  file: oneFile(ctx),
});

/**
 * The options of the service for a request: the link (already found and permitted), the caller, and what happens to the
 * other files when some are refused.
 */
export const optionsOf = async (strapi: Core.Strapi, ctx: Context): Promise<UploadOptions> => ({
  link: await linkOf(strapi, ctx, bodyOf(ctx)),
  caller: callerOf(ctx),
  batch: receiving.of(strapi).batch(),
});
