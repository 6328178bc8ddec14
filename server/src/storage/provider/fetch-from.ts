import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { timeLimit } from '../../util/signals';
import { UnreadableObject } from '../port';
import type { ProviderFile, UploadProvider } from './interface';
import { readableUrl } from './stored-file';

/** Type of the platform's `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How a file is fetched. */
export interface Fetching {
  fetch: Fetch;
  /** Timeout for the transfer of one file, in ms. */
  patience: number;
  /** Ends the transfer. */
  signal?: AbortSignal | undefined;
}

/**
 * Fetches the bytes of a stored file from its URL, since Strapi's provider interface has no method for reading. The URL
 * of a private provider is signed first.
 *
 * @throws UnreadableObject if the URL does not return the bytes
 */
export async function fetchFrom(
  provider: Pick<UploadProvider, 'isPrivate' | 'getSignedUrl'>,
  file: ProviderFile,
  { fetch, patience, signal }: Fetching
): Promise<AsyncIterable<Uint8Array>> {
  const url = await readableUrl(provider, file);
  const limit = timeLimit(patience);
  try {
    // A CDN in front of a bucket may still have the bytes that were there before a replacement.
    const headers = { 'Cache-Control': 'no-cache' };
    const either = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
    const body = await request(url, { signal: either, headers }, fetch);
    return chunksOf(body, limit.end);
  } catch (error) {
    limit.end();
    throw error;
  }
}

async function request(url: string, init: RequestInit, fetch: Fetch): Promise<ReadableStream> {
  const response = await fetch(url, init).catch((error: unknown) => {
    throw new UnreadableObject(`The storage of the file cannot be reached (${causeOf(error)}).`);
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new UnreadableObject(
      `The storage answered the request for the file with the status ${response.status}.`
    );
  }
  return response.body as ReadableStream;
}

async function* chunksOf(body: ReadableStream, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* Readable.fromWeb(body) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new UnreadableObject(
      `The transfer of the file from the storage was interrupted (${causeOf(error)}).`
    );
  } finally {
    end();
  }
}

/** Returns the code or name of an error. Node's fetch puts the real error in `cause`. */
function causeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? name;
}
