import { filesIn, type UploadedFile } from './answer';
import { UploadError } from './error';
import { send, type UploadProgress } from './send';

/** A file of React Native, which sends the bytes that lie under `uri`. */
export interface NativeFile {
  uri: string;
  name: string;
  /** The MIME type. */
  type: string;
}

/** A file to upload. The name of a Blob is `blob`; a File has a name of its own. */
export type UploadInput = Blob | NativeFile;

/** What the server stores about a file. */
export interface UploadFileInfo {
  name?: string;
  alternativeText?: string;
  caption?: string;
  /** In percent of width and height. */
  focalPoint?: { x: number; y: number };
  private?: boolean;
}

export interface UploadOptions {
  /** Address of the route. Default: `/api/upload` of the page's own server. */
  url?: string | undefined;
  /** JWT of a user, or API token. */
  token?: string | undefined;
  /** Uid of the model of an entry to which the files are linked, such as `api::restaurant.restaurant`. */
  ref?: string | undefined;
  /** The entry: its documentId, or its numeric id. */
  refId?: string | number | undefined;
  /** Path of the entry's media attribute. */
  field?: string | undefined;
  /** Language of the entry. Default: that of the project. */
  locale?: string | undefined;
  /** For one file an object, for several files a list in the order of the files. */
  fileInfo?: UploadFileInfo | readonly UploadFileInfo[] | undefined;
  /** Gets the progress of each attempt, which begins at 0 again. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** How often a failed upload is tried again. Default: 0. */
  retry?: number | undefined;
}

/** First pause before another attempt, in ms. Each further pause is twice as long. */
const FIRST_PAUSE = 500;

/** The longest pause for which the server may ask, in seconds. A daily limit asks for hours. */
const LONGEST_PAUSE = 60;

/**
 * Uploads files in one request. The server stores all of them or none, unless its setting `batch` is `partial`.
 *
 * An upload is tried again only if there was no answer, or if the server has answered 503 or 429 with a Retry-After of at
 * most 60 seconds. If the connection breaks before an answer arrives, the server may have stored the files: another
 * attempt then stores them a second time.
 *
 * Browsers and React Native send an XMLHttpRequest. Other platforms use `fetch`, with a stream if `onProgress` is given.
 *
 * @returns the stored files, in the order of `files`
 * @throws UploadError if the upload failed; the reason of `signal` after an abort
 */
export async function uploadFiles(
  files: UploadInput | ArrayLike<UploadInput>,
  options: UploadOptions = {}
): Promise<UploadedFile[]> {
  const { url = '/api/upload', token, onProgress, signal, retry = 0 } = options;
  const form = formOf('length' in files ? Array.from(files) : [files], options);
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  for (let attempt = 0; ; attempt += 1) {
    throwIfAborted(signal);
    try {
      return filesIn(await send(form, { url, headers, onProgress, signal }).catch(noAnswer));
    } catch (error) {
      throwIfAborted(signal);
      const pause = attempt < retry ? pauseAfter(error as UploadError, attempt) : undefined;
      if (pause === undefined) {
        throw error;
      }
      await sleep(pause, signal);
    }
  }
}

/** The fields come before the files, so that the server can refuse a link before it receives the files. */
function formOf(files: UploadInput[], options: UploadOptions): FormData {
  const { ref, refId, field, locale, fileInfo } = options;
  const fields = { ref, refId, field, locale, fileInfo: fileInfo && JSON.stringify(fileInfo) };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) {
      form.append(name, String(value));
    }
  }
  for (const file of files) {
    form.append('files', file as Blob);
  }
  return form;
}

function noAnswer(cause: unknown): never {
  throw new UploadError('The upload was not answered.', { status: 0, code: 'NETWORK', cause });
}

/** Returns the pause before another attempt in ms; undefined if there must be none. */
function pauseAfter({ status, retryAfter }: UploadError, attempt: number): number | undefined {
  if (status === 0) {
    return FIRST_PAUSE * 2 ** attempt;
  }
  const mayRetry = status === 503 || status === 429;
  return mayRetry && retryAfter !== undefined && retryAfter <= LONGEST_PAUSE
    ? retryAfter * 1000
    : undefined;
}

/** Not all platforms have `signal.reason`. */
function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw (
      signal.reason ?? Object.assign(new Error('The upload was aborted.'), { name: 'AbortError' })
    );
  }
}

/** Waits until the time is over, or until an abort. */
const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
