import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../util/strapi-utils';
import { callerOf } from '../access/caller';
import { FILE_UID } from '../config/constants';
import { fileNotFound } from '../errors';
import type { DiskFile } from '../upload/receive/received-file';
import type { FilePages } from '../library/files';
import { withSignedUrls } from '../library/signed-files';
import { answerPages } from '../http/lists/answer-pages';
import type { ListAction } from '../http/lists/code-around';
import { noteList } from '../http/lists/send-in-pieces';
import { asOwn, isOwn } from '../util/own';
import { codeAround } from '../http/lists/code-around';
import { containerOf } from '../wiring/container';
import { signFiles } from '../signing/signed-urls';
import type { UploadService } from '../http/upload-service';
import { inTurns } from '../util/turns';
import type { FileInfo, FileRow } from '../types/rows';
import { withOptions } from '../http/upload-options';
import { tellingUses, visibleToCaller } from './usage';
import { bodyOf, filesOf, idInQuery, infoOf, infosOf, someFiles } from '../http/form';
import { optionsOf, replacementOf, uploadOf } from '../http/upload-call';

/** Controllers of the content API. They parse requests and write answers; the services do the work. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('upload') as UploadService;
  const schema = () => strapi.getModel(FILE_UID);

  const query = async (ctx: Context): Promise<Record<string, unknown>> => {
    const { auth, route } = ctx.state;
    await strapi.contentAPI.validate.query(ctx.query, schema(), { auth, route });
    return strapi.contentAPI.sanitize.query(ctx.query, schema(), { auth, route });
  };

  const sign = (file: FileRow): Promise<FileRow> =>
    strapi.plugin('upload').service('file').signFileUrls(file);
  const sanitize = (file: FileRow, ctx: Context) =>
    strapi.contentAPI.sanitize.output(file, schema(), { auth: ctx.state.auth });

  /** Signs the URLs of private providers and removes the fields that the caller may not see. */
  const output = async (file: FileRow, ctx: Context) => sanitize(await sign(file), ctx);
  const outputs = async (files: readonly FileRow[], ctx: Context) =>
    inTurns(await signFiles(files, sign), (file) => sanitize(file, ctx));

  async function* outputPages(pages: FilePages, ctx: Context) {
    for await (const page of pages) {
      yield await outputs(page, ctx);
    }
  }

  /** Reads the lists directly in pages. Used if no project has replaced the functions of the service. */
  const inPages = () => withSignedUrls(containerOf(strapi).library.files, sign);
  const mayStream = (ctx: Context, action: ListAction) => !codeAround.of(strapi).sees(ctx, action);

  /**
   * Adds the folder to each `fileInfo`. A project's wrapper of the service can read it there, as with the built-in
   * plugin.
   */
  const inApiFolder = async (infos: FileInfo[]): Promise<FileInfo[]> => {
    const { id } = await containerOf(strapi).library.apiFolder();
    return infos.map((info) => ({ focalPoint: null, ...info, folder: id }));
  };

  const create = async (ctx: Context, files: DiskFile[]) => {
    const folder = () => containerOf(strapi).library.apiFolder();
    const options = { ...(await optionsOf(strapi, ctx)), folder };
    const infos = infosOf(ctx, files);
    const said = isOwn(service().upload) ? infos : await inApiFolder(infos);
    const params = uploadOf(ctx, files, said);
    const created = await withOptions(options, files, () => service().upload(params, options));
    ctx.body = await outputs(created, ctx);
    ctx.status = 201;
  };

  /**
   * Checks again whether the caller may change the file, since a project's own route to these actions lacks the earlier
   * check.
   */
  const permitChange = (ctx: Context, id: unknown) =>
    containerOf(strapi).access.ownFiles.permitChange(ctx, id);

  const replace = async (ctx: Context, id: unknown) => {
    const params = replacementOf(ctx, infoOf(ctx));
    const options = { caller: callerOf(ctx) };
    const file = await withOptions(options, [params.file], () =>
      service().replace(id, params, options)
    );
    ctx.body = await output(file, ctx);
  };

  const updateInfo = async (ctx: Context, id: unknown) => {
    if (bodyOf(ctx).fileInfo === undefined) {
      throw new errors.ValidationError(
        'The request has neither a file nor fileInfo. Send a file to replace the stored file, or fileInfo to update its information.'
      );
    }
    ctx.body = await output(await service().updateFileInfo(id, infoOf(ctx)), ctx);
  };

  return asOwn({
    async upload(ctx: Context) {
      const id = idInQuery(ctx);
      if (id) {
        await permitChange(ctx, id);
        return filesOf(ctx).length > 0 ? replace(ctx, id) : updateInfo(ctx, id);
      }
      return create(ctx, someFiles(ctx));
    },

    async find(ctx: Context) {
      const asked = await query(ctx);
      if (mayStream(ctx, 'find')) {
        const pages = outputPages(inPages().readMany(asked), ctx);
        return answerPages(ctx, pages, { wrap: (files) => files, log: strapi.log });
      }
      ctx.body = await outputs(await service().findMany(asked), ctx);
      noteList(ctx);
    },

    async findPage(ctx: Context) {
      const asked = await query(ctx);
      const answer = (data: unknown[], pagination: unknown) => ({ data, meta: { pagination } });
      if (mayStream(ctx, 'findPage')) {
        const { pages, pagination } = await inPages().readAndCountPage(asked);
        const wrap = (files: unknown[]) => answer(files, pagination);
        return answerPages(ctx, outputPages(pages, ctx), { wrap, log: strapi.log });
      }
      const { results, pagination } = await service().findAndCountPage(asked);
      ctx.body = answer(await outputs(results, ctx), pagination);
    },

    async findOne(ctx: Context) {
      const { populate } = await query(ctx);
      const file = await service().findOne(ctx.params.id, populate);
      if (!file) {
        throw fileNotFound();
      }
      ctx.body = await output(file, ctx);
    },

    async destroy(ctx: Context) {
      await permitChange(ctx, ctx.params.id);
      const file = await service().findOne(ctx.params.id);
      const remove = (found: FileRow) =>
        tellingUses(() => service().remove(found), visibleToCaller(strapi, ctx));
      if (!file || !(await remove(file))) {
        throw fileNotFound();
      }
      ctx.body = await output(file, ctx);
    },
  });
};
