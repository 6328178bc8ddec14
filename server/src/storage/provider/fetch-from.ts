import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { UnreadableObject } from '../port';
import type { ProviderFile, UploadProvider } from './interface';

/** As the platform's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Longest transfer of one file, in ms. */
const PATIENCE = 300_000;

/**
 * The bytes of a stored file, by its URL: Strapi's interface has no method that reads. A private
 * provider's URL is signed for it.
 *
 * @throws UnreadableObject where the URL does not give them
 */
export async function fetchFrom(
  provider: UploadProvider,
  file: ProviderFile,
  fetch: Fetch
): Promise<AsyncIterable<Uint8Array>> {
  const isPrivate = await provider.isPrivate?.();
  const signed = isPrivate ? await provider.getSignedUrl?.(file) : undefined;
  const url = signed?.url ?? file.url ?? '';
  if (!/^https?:/.test(url)) {
    // Never the signed one: this is told to people and logs.
    throw new UnreadableObject(`Its URL "${file.url}" cannot be fetched.`);
  }
  const response = await request(url, fetch);
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new UnreadableObject(`The storage answered ${response.status} for it.`);
  }
  return chunksOf(response.body as ReadableStream);
}

async function request(url: string, fetch: Fetch): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    throw new UnreadableObject(`Its storage cannot be reached (${causeOf(error)}).`);
  }
}

async function* chunksOf(body: ReadableStream): AsyncGenerator<Uint8Array> {
  try {
    yield* Readable.fromWeb(body) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new UnreadableObject(`The transfer from its storage broke off (${causeOf(error)}).`);
  }
}

/** Node's fetch hides what went wrong in the cause of its error. */
function causeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? name;
}
