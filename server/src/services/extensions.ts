import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../config/constants';
import type { EntryModel } from '../library/copy-entries';
import { DeleteWithEntry } from '../remove/delete-with-entry';
import { signFilesIn } from '../library/signed-entries';
import { containerOf } from '../wiring/container';
import { withoutSignedUrls, type SignableFile } from '../signing/signed-urls';

type DocumentMiddleware = Parameters<Core.Strapi['documents']['use']>[0];

/** Actions of the document service whose result is `{ entries }`. */
const ON_VERSIONS = new Set(['publish', 'unpublish', 'discardDraft', 'delete', 'clone']);

/** Adds hooks of this plugin to other parts of Strapi. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  let added = false;

  const signIn = (value: unknown, uid: string): Promise<unknown> =>
    signFilesIn(value, uid, {
      getModel: (model) => strapi.getModel(model as typeof FILE_UID) as EntryModel | undefined,
      sign: (file): Promise<SignableFile> =>
        strapi.plugin('upload').service('file').signFileUrls(file),
    });

  const middleware = async (
    { uid, action, params }: Parameters<DocumentMiddleware>[0],
    next: () => unknown
  ): Promise<unknown> => {
    if (uid === FILE_UID && 'data' in params && params.data) {
      Object.assign(params, { data: withoutSignedUrls(params.data) });
    }
    const result = await next();
    // As in the built-in plugin, entries are not changed if the provider is public.
    if (!(await containerOf(strapi).stored.provider().isPrivate?.())) {
      return result;
    }
    if (!ON_VERSIONS.has(action)) {
      return signIn(result, uid);
    }
    const { entries, ...rest } = result as { entries: unknown };
    return { ...rest, entries: await signIn(entries, uid) };
  };

  /** Signs URLs in the last step of each answer of the content API. */
  const signOutput =
    ({ uid }: { uid: string }) =>
    async (data: unknown): Promise<unknown> =>
      (await containerOf(strapi).stored.provider().isPrivate?.()) ? signIn(data, uid) : data;

  return {
    /**
     * Deletes files together with the last entry that uses them, if the schema of an attribute says so. Call it once
     * per server.
     */
    deleteFilesWithEntries(): void {
      const along = new DeleteWithEntry({
        models: containerOf(strapi).library.models,
        deleteUnused: (ids) => strapi.plugin('upload').service('file').deleteUnused(ids),
        log: strapi.log,
      });
      strapi.documents.use(((context, next) =>
        along.onDocument(context as never, next)) as DocumentMiddleware);
      strapi.db.lifecycles.subscribe(along.onUser as never);
    },

    /** Notes rows of `files` that are deleted without this plugin's services. Call it once per server. */
    noteDeletedRows(): void {
      strapi.db.lifecycles.subscribe(containerOf(strapi).background.deletedRows.hooks as never);
    },

    /**
     * Signs the URLs of a private provider in everything that the document service returns (REST, admin panel and
     * plugins read through it), and keeps signed URLs out of the data that it writes. Call it once per server.
     */
    async signFileUrlsOnDocumentService(): Promise<void> {
      if (!added) {
        added = true;
        strapi.documents.use(middleware as DocumentMiddleware);
        // Users of the website, and entries that a project reads with its own queries, do not go through the
        // document service.
        strapi.get('sanitizers').add('content-api.output', signOutput);
      }
    },
  };
};
