import { isDeepStrictEqual } from 'node:util';
import type { Core } from '@strapi/strapi';
import type { Caller } from '../access/caller';
import { clientError, fileNotFound } from '../errors';
import type { Attempt } from '../attempt/attempt';
import { withAttempt } from '../attempt/with-attempt';
import { createFiles } from '../upload/commit/create';
import type { InspectionRules } from '../upload/inspect/inspect';
import { removeFiles } from '../remove/remove';
import { replaceFile } from '../replace/replace';
import {
  noteCharge,
  receivedFileOf,
  refuseOldShape,
  type DiskFile,
} from '../upload/receive/received-file';
import { stageDiskFile } from '../upload/stage/stage';
import { Refusals } from '../upload/refusals';
import type { StartedFile } from '../upload/derive/started-file';
import type { Upload } from '../upload/upload';
import { infosIn, tidyInfo } from '../upload/receive/file-info';
import { privacyOfNew, privacyOfOld } from '../upload/privacy';
import type { ImageManipulation } from '../images/overrides/manipulation';
import { updateFiles, type FileUpdate } from '../replace/update';
import { baseName, cleanName } from '../types/file-name';
import { extensionOf } from '../types/signatures/extensions';
import { orItself } from '../signing/signed-urls';
import { withSignedUrls } from '../library/signed-files';
import { refusalOf, refuseMany } from '../links/refuse-files';
import type { LinkTarget } from '../links/target';
import { asOwn, isOwn } from '../util/own';
import { containerOf } from '../wiring/container';
import { toKilobytes } from '../util/units';
import type { AdminUser, FileInfo, FileRow } from '../types/rows';
import { asOne, optionsOf, type ChangeOptions, type UploadOptions } from '../http/upload-options';
import type { InfoUpdate, UploadData, UploadService } from '../http/upload-service';

/**
 * Returns the files that an attribute allows.
 *
 * @throws errors.ValidationError for more files than the attribute can hold
 */
function linkable(uploads: readonly Upload[], target: LinkTarget, refusals: Refusals): Upload[] {
  const taken = refusals.refusing(uploads, ({ file }) => refusalOf(file, target));
  refuseMany(taken.length, target);
  return taken;
}

/** The service that other plugins and projects call as `strapi.plugin('upload').service('upload')`. */
export default function uploadService({ strapi }: { strapi: Core.Strapi }) {
  const parts = () => containerOf(strapi);
  const queries = () =>
    withSignedUrls(parts().library.files, (file) =>
      strapi.plugin('upload').service('file').signFileUrls(file)
    );
  const images = (): ImageManipulation => strapi.plugin('upload').service('image-manipulation');
  const settingsStore = (key: string) => strapi.store({ type: 'plugin', name: 'upload', key });

  /** Returns a function that stages the files of one request, all within one daily limit. */
  const stagerFor = (caller: Caller | undefined, attempt: Attempt) => {
    let rules: Promise<InspectionRules> | undefined;
    return async (file: DiskFile): Promise<StartedFile> => {
      const staged = receivedFileOf(file)?.moveTo(attempt, file);
      if (staged) {
        return staged;
      }
      refuseOldShape(file);
      rules ??= parts().access.inspectionOf(caller);
      const again = await stageDiskFile(file, await rules, attempt);
      noteCharge(file, again);
      return again;
    };
  };

  /** The target of the link: the permitted target, if a project's code has not changed the link in `data`. */
  const targetOf = async (data: UploadData, known: UploadOptions['link']) => {
    const asked = parts().library.links.requestOf(data);
    if (known && isDeepStrictEqual(asked, known.asked)) {
      return known.target;
    }
    return asked && parts().library.links.resolve(asked);
  };

  /** Runs work with its own attempt, and turns refusals of files into HTTP errors. */
  const attempting = async <T>(work: (attempt: Attempt) => Promise<T>): Promise<T> => {
    const { newAttempt, workload } = parts().journal;
    try {
      // A shutdown also waits for the rollback of the attempt.
      return await asOne(() => workload.track(() => withAttempt(newAttempt, work)));
    } catch (error) {
      throw clientError(error);
    }
  };

  const existing = async (id: unknown): Promise<FileRow> => {
    const file = await parts().library.files.findOne(id);
    if (!file) {
      throw fileNotFound();
    }
    return file;
  };

  const updateMany = async (
    updates: readonly InfoUpdate[],
    user: AdminUser | undefined
  ): Promise<FileRow[]> => {
    const changes: FileUpdate[] = [];
    for (const { id, fileInfo } of updates) {
      const row = await existing(id);
      privacyOfOld(fileInfo, row, parts().stored.privacy);
      const { folder, ...info } = tidyInfo(fileInfo);
      const said = Object.entries(info).filter(([, value]) => value != null);
      const data = { ...Object.fromEntries(said), ...(user ? { updatedBy: user.id } : {}) };
      changes.push({ id: row.id, data, folder });
    }
    return updateFiles(changes, parts().steps.store);
  };

  const asked: UploadService = {
    async upload(
      { data = {}, files }: { data?: UploadData; files: DiskFile | DiskFile[] },
      given?: UploadOptions
    ): Promise<FileRow[]> {
      const sent = [files].flat();
      const { user, caller, folder, link, batch = 'all' } = optionsOf(given, sent);
      const target = await targetOf(data, link);
      const common = user ? { createdBy: user.id, updatedBy: user.id } : {};
      const infos = infosIn(data.fileInfo, sent.length);
      return attempting(async (attempt) => {
        const refusals = new Refusals(batch);
        const stage = stagerFor(caller, attempt);
        const said = sent.map((file, index) => ({ file, info: infos[index] ?? {} }));
        const nameOf = ({ file }: (typeof said)[number]) => file.originalFilename ?? 'unnamed';
        const staged = await refusals.withEach(
          said,
          { atOnce: 1, nameOf },
          async ({ file, info }) => ({ info, file: await stage(file) })
        );
        const all = staged.map(({ file, info }): Upload => {
          const isPrivate = privacyOfNew(info, parts().stored.privacy);
          return { file, info: tidyInfo(info), path: data.path ?? null, isPrivate };
        });
        const uploads = target ? linkable(all, target, refusals) : all;
        return createFiles(
          { uploads, target, common, folder, refusals },
          attempt,
          parts().steps.store
        );
      });
    },

    async replace(
      id: unknown,
      { data = {}, file }: { data?: UploadData; file: DiskFile },
      given?: ChangeOptions
    ): Promise<FileRow> {
      const { user, caller } = optionsOf(given, [file]);
      const row = await existing(id);
      const [said = {}] = infosIn(data.fileInfo, 1);
      return attempting(async (attempt) => {
        const isPrivate = privacyOfOld(said, row, parts().stored.privacy);
        const info = tidyInfo(said);
        const staged = await stagerFor(caller, attempt)(file);
        const upload = { file: staged, info, path: data.path ?? null, isPrivate };
        // The focal point is deleted, since a focal point of the old image does not fit the new image.
        const values = { focalPoint: null, ...info, ...(user ? { updatedBy: user.id } : {}) };
        return replaceFile({ before: row, upload, values }, attempt, parts().steps.store);
      });
    },

    async updateFileInfo(
      id: unknown,
      info: FileInfo,
      { user }: ChangeOptions = {}
    ): Promise<FileRow> {
      const [updated] = await updateMany([{ id, fileInfo: info }], user);
      if (!updated) {
        throw fileNotFound();
      }
      return orItself(updated, strapi.plugin('upload').service('file').signFileUrls);
    },

    async updateFileInfos(
      updates: readonly InfoUpdate[],
      { user }: ChangeOptions = {}
    ): Promise<FileRow[]> {
      const { updateFileInfo } = strapi.plugin('upload').service('upload');
      if (isOwn(updateFileInfo)) {
        return updateMany(updates, user);
      }
      const updated: FileRow[] = [];
      for (const { id, fileInfo } of updates) {
        updated.push(await updateFileInfo(id, fileInfo, { user }));
      }
      return updated;
    },

    async remove({ id }: { id: number }): Promise<FileRow | null> {
      const [removed] = await attempting((attempt) =>
        removeFiles([id], { attempt }, parts().steps.remove)
      );
      return removed ?? null;
    },

    findOne: (id, populate) => queries().findOne(id, populate),
    findMany: (query) => queries().findMany(query),
    findAndCountPage: (query) => queries().findAndCountPage(query),
  };
  return asOwn({
    ...asked,

    findPage: (query?: Record<string, unknown>) => queries().findPage(query),

    /**
     * Returns the columns of a file that the caller stores itself through the provider (project logos).
     *
     * @param file name, type, and size in bytes of the file
     */
    async formatFileInfo(
      { filename, type, size }: { filename: string; type: string; size: number },
      info: FileInfo = {},
      { path, tmpWorkingDirectory }: { path?: string; tmpWorkingDirectory?: string } = {}
    ) {
      const { alternativeText, caption, focalPoint, folder, ...said } = tidyInfo(info);
      const name = said.name || cleanName(filename);
      const ext = extensionOf(cleanName(filename), type);
      return {
        name,
        alternativeText,
        caption,
        focalPoint,
        ...(await parts().steps.store.folderColumns(folder ?? null)),
        hash: images().generateFileName(baseName(name, ext)),
        ext,
        mime: type,
        size: toKilobytes(size),
        sizeInBytes: size,
        ...(path ? { path } : {}),
        ...(tmpWorkingDirectory ? { tmpWorkingDirectory } : {}),
      };
    },

    getSettings: () => settingsStore('settings').get({}),
    setSettings: (value: unknown) => settingsStore('settings').set({ value }),
    getConfiguration: () => settingsStore('view_configuration').get({}),
    setConfiguration: (value: unknown) => settingsStore('view_configuration').set({ value }),
  });
}
