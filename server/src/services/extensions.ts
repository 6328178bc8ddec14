import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../config/constants';
import type { EntryModel } from '../library/copy-entries';
import { DeleteWithEntry } from '../remove/delete-with-entry';
import { signFilesIn } from '../library/signed-entries';
import { containerOf } from '../wiring/container';
import { withoutSignedUrls, type SignableFile } from '../signing/signed-urls';

type DocumentMiddleware = Parameters<Core.Strapi['documents']['use']>[0];

/** Actions of the document service that answer `{ entries }`. */
const ON_VERSIONS = new Set(['publish', 'unpublish', 'discardDraft', 'delete', 'clone']);

/** What the plugin adds to other parts of Strapi. */
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
    // As the built-in: entries with files that anybody may read are answered as they are.
    if (!(await containerOf(strapi).stored.provider().isPrivate?.())) {
      return result;
    }
    if (!ON_VERSIONS.has(action)) {
      return signIn(result, uid);
    }
    const { entries, ...rest } = result as { entries: unknown };
    return { ...rest, entries: await signIn(entries, uid) };
  };

  /** For the last step of each answer of the content API. */
  const signOutput =
    ({ uid }: { uid: string }) =>
    async (data: unknown): Promise<unknown> =>
      (await containerOf(strapi).stored.provider().isPrivate?.()) ? signIn(data, uid) : data;

  return {
    /** Deletes files with the last entry that uses them, where a schema says so. Once per server. */
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

    /** Notes file rows that are deleted past the plugin. Once per server. */
    noteDeletedRows(): void {
      strapi.db.lifecycles.subscribe(containerOf(strapi).background.deletedRows.hooks as never);
    },

    /**
     * Signs a private provider's files in everything that the document service answers (REST, admin
     * panel and plugins read through it), and keeps signed URLs out of what it writes. Once per
     * server.
     */
    async signFileUrlsOnDocumentService(): Promise<void> {
      if (!added) {
        added = true;
        strapi.documents.use(middleware as DocumentMiddleware);
        // Users of the website, and what projects read by queries of their own, do not come by there.
        strapi.get('sanitizers').add('content-api.output', signOutput);
      }
    },
  };
};
