import { PassThrough } from 'node:stream';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';
import { callerOf } from '../../access/caller';
import { withPassingAttempt } from '../../attempt/with-attempt';
import { RefusedFile } from '../../errors';
import { importUrl, type TransferProgress } from '../../upload/receive/import-url';
import { remember } from '../../upload/receive/received-file';
import { parseId } from '../../library/files';
import { containerOf } from '../../wiring/container';
import { projectFetch } from '../../fetch/project-fetch';
import { FetchRefused } from '../../fetch/fetch-refused';
import { networks } from '../../fetch/public-address';
import type { UploadService } from '../../http/upload-service';
import { withOptions } from '../../http/upload-options';
import type { FileRow } from '../../types/rows';
import { bodyOf } from '../../http/form';
import { withTimeout } from '../../util/signals';
import { shownFile } from './answers';

const MOST_URLS = 20;

/** Minimum time between two reports of one transfer, in ms. */
const REPORT_EVERY = 200;

interface Job {
  /** The value that the client sent. It is not always a URL. */
  url: unknown;
  /** Index of the URL among `total`, from 0. */
  index: number;
  total: number;
  folder: number | null;
  /** A signal that aborts the transfer. */
  signal: AbortSignal;
  /** Sends an event to the client. */
  send: Send;
}

type Send = (event: string, data: object) => void;

/**
 * Fetches files from other servers, one after the other, and reports the progress as server-sent events. If one
 * file fails, the next one is fetched (Strapi 5.54).
 */
export async function uploadFromUrls(strapi: Core.Strapi, ctx: Context): Promise<void> {
  const { urls, folder } = requestOf(ctx);
  const { workload } = containerOf(strapi).journal;
  workload.refuseWhileClosing();
  const over = new AbortController();
  ctx.res.once('close', () => over.abort());

  const stream = new PassThrough();
  const send: Send = (event, data) =>
    void stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const job = { folder, total: urls.length, signal: over.signal, send };
  const work = async () => {
    const done: FileRow[] = [];
    const failed: Array<{ name: unknown; message: string }> = [];
    for (const [index, url] of urls.entries()) {
      if (over.signal.aborted) {
        break;
      }
      send('file:fetching', { url, index, total: urls.length });
      try {
        const file = await importOne(strapi, ctx, { ...job, url, index });
        done.push(file);
        send('file:complete', { index, name: file.name, file });
      } catch (error) {
        const message = reasonOf(error, strapi.log);
        failed.push({ name: url, message });
        send('file:error', { url, index, message });
      }
    }
    send('stream:complete', { data: done, errors: failed });
  };
  // No `await`: the transfers run while the client reads the answer.
  void workload.run(work, () => over.abort()).finally(() => stream.end());

  ctx.status = 200;
  ctx.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache',
    // Without this header nginx would buffer the events.
    'X-Accel-Buffering': 'no',
  });
  ctx.body = stream;
}

/**
 * Returns the message of an error if a user may read it. Any other error is logged, and the user gets a general
 * message.
 */
function reasonOf(error: unknown, log: Core.Strapi['log']): string {
  const told = [FetchRefused, RefusedFile, errors.ApplicationError];
  if (told.some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  log.error(`upload: a file could not be stored from its URL: ${String(error)}`);
  return 'The file could not be stored.';
}

function requestOf(ctx: Context): { urls: unknown[]; folder: number | null } {
  const { urls, folderId } = bodyOf(ctx);
  if (!Array.isArray(urls) || urls.length === 0) {
    throw new errors.ApplicationError('URLs are required');
  }
  if (urls.length > MOST_URLS) {
    throw new errors.ApplicationError(`Maximum ${MOST_URLS} URLs allowed per request`);
  }
  const folder = folderId === undefined || folderId === null ? null : (parseId(folderId) ?? 0);
  return { urls, folder };
}

async function importOne(
  strapi: Core.Strapi,
  ctx: Context,
  { url, index, total, folder, signal, send }: Job
): Promise<FileRow> {
  const { settings, access, journal } = containerOf(strapi);
  const caller = callerOf(ctx);
  const { urlImport } = settings.config();
  let reported = 0;
  let last = -1;
  const onProgress = (progress: TransferProgress, atEnd: boolean) => {
    const due = atEnd || Date.now() - reported >= REPORT_EVERY;
    if (due && progress.loadedBytes > last) {
      [reported, last] = [Date.now(), progress.loadedBytes];
      send('file:progress', { index, ...progress, phase: 'fetch' });
    }
  };
  return withPassingAttempt(journal.newAttempt, async (attempt) => {
    const rules = await access.inspectionOf(caller);
    const file = await withTimeout(urlImport.timeout, signal, (either) => {
      const fetch = {
        through: projectFetch(strapi),
        proxyResolves: urlImport.proxyResolves,
        allowed: networks(urlImport.allowedNetworks),
        signal: either,
      };
      return importUrl(String(url), { fetch, rules, onProgress }, attempt);
    });
    send('file:uploading', { name: file.originalFilename, index, total, size: file.size });
    const params = { data: { fileInfo: { folder } }, files: [file] };
    const options = { user: ctx.state.user, caller };
    const forget = remember([file]);
    const service = () => strapi.plugin('upload').service('upload') as UploadService;
    const [created] = await withOptions(options, [file], () =>
      service().upload(params, options)
    ).finally(forget);
    if (!created) {
      throw new Error('The service "upload" returned no file.');
    }
    return shownFile(strapi, ctx, created);
  });
}
