import path from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { FetchRefused } from '../../fetch/fetch-refused';
import { safeFetch, type Fetched } from '../../fetch/safe-fetch';
import { RefusedFile } from '../../errors';
import { humanSize } from '../../util/units';
import type { Attempt } from '../../attempt/attempt';
import { fileNameOf, parametersOf } from './content-disposition';
import type { InspectionRules } from '../inspect/inspect';
import { ReceivedFile } from './received-file';
import { inRounds } from './rounds';
import { stageFile } from '../stage/stage';

/** Progress of a transfer, in bytes. `totalBytes` is null if the server sends no length. */
export interface TransferProgress {
  loadedBytes: number;
  totalBytes: number | null;
}

interface ImportOptions {
  fetch: Parameters<typeof safeFetch>[1];
  rules: InspectionRules;
  /**
   * Reports the progress of the transfer.
   *
   * @param atEnd whether the transfer is complete
   */
  onProgress(progress: TransferProgress, atEnd: boolean): void;
}

/**
 * Fetches a file from another server and stages it while it comes in.
 *
 * @throws FetchRefused, RefusedFile
 */
export async function importUrl(
  url: string,
  { fetch, rules, onProgress }: ImportOptions,
  attempt: Attempt
): Promise<ReceivedFile> {
  const fetched = await safeFetch(url, fetch);
  try {
    const totalBytes = lengthOf(fetched.response);
    if (totalBytes !== null && totalBytes > rules.sizeLimit) {
      throw tooLarge(rules.sizeLimit);
    }
    const fileName = nameOf(fetched);
    const contentType = fetched.response.headers.get('content-type') ?? undefined;
    const body = reporting(inRounds(chunksOf(fetched)), totalBytes, onProgress);
    const staged = await stageFile({ fileName, contentType, body }, rules, attempt);
    const sent = { originalFilename: fileName, fieldName: 'files', position: 0 };
    return new ReceivedFile(staged, sent, attempt);
  } catch (error) {
    const oversized = error instanceof RefusedFile && error.refusal.code === 'TOO_LARGE';
    throw oversized ? tooLarge(rules.sizeLimit) : error;
  } finally {
    await fetched.close();
  }
}

const tooLarge = (limit: number) =>
  new FetchRefused(`File too large: maximum allowed size is ${humanSize(limit)}`);

async function* chunksOf({ response, url }: Fetched): AsyncGenerator<Buffer> {
  try {
    if (response.body) {
      yield* Readable.fromWeb(response.body as ReadableStream) as AsyncIterable<Buffer>;
    }
  } catch {
    throw new FetchRefused(`The transfer was interrupted: ${url.href}`);
  }
}

async function* reporting(
  body: AsyncIterable<Buffer>,
  totalBytes: number | null,
  onProgress: ImportOptions['onProgress']
): AsyncGenerator<Buffer> {
  let loadedBytes = 0;
  onProgress({ loadedBytes, totalBytes }, false);
  for await (const chunk of body) {
    loadedBytes += chunk.length;
    onProgress({ loadedBytes, totalBytes }, false);
    yield chunk;
  }
  onProgress({ loadedBytes, totalBytes }, true);
}

function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-encoding') ? null : headers.get('content-length');
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** Names the file as a browser does when it saves the file: by its header, else by the last part of its path. */
function nameOf({ url, response }: Fetched): string {
  const disposition = response.headers.get('content-disposition') ?? '';
  const told = fileNameOf(parametersOf(disposition, 'attachment'));
  if (told) {
    return told;
  }
  const last = path.posix.basename(url.pathname);
  try {
    return decodeURIComponent(last) || url.hostname;
  } catch {
    return last;
  }
}
