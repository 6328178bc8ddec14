import { inParallel } from '../util/parallel';
import { pacer } from '../util/turns';
import { isPrivateUrl } from '../storage/local-url';
import { bucketPathOf } from '../storage/provider/bucket-path';
import type { ProviderFile, UploadProvider } from '../storage/provider/interface';

/** A row of `files`, or a format, in a response. Columns may be missing. */
export interface SignableFile {
  url?: string;
  provider?: string;
  formats?: Record<string, SignableFile> | null;
  isUrlSigned?: boolean;
  [column: string]: unknown;
}

interface SigningDeps {
  provider: Pick<UploadProvider, 'getSignedUrl'>;
  /** Whether a file can be read only with signed URLs. */
  isPrivate(file: SignableFile): boolean | Promise<boolean>;
  /** Adds the columns that signing needs, if a query left some out. */
  complete(file: SignableFile): SignableFile | Promise<SignableFile>;
}

/**
 * Maximum number of files of one response that are signed at the same time: some providers send a request to a server
 * for each file.
 */
const SIGNED_AT_ONCE = 20;

/**
 * Returns a copy of a file whose URLs are signed if clients need that to read the file, also in its formats.
 * `isUrlSigned` tells whether the URLs had to be signed. The original object stays unchanged, so that no code stores a
 * signed URL. A file that is already signed is returned as it is.
 */
export async function signFile<T extends SignableFile>(
  file: T,
  { provider, isPrivate, complete }: SigningDeps
): Promise<T> {
  if (!file || file.isUrlSigned) {
    return file;
  }
  const whole = await complete(file);
  if (!(await isPrivate(whole))) {
    return { ...file, isUrlSigned: false };
  }
  const [original, formats] = await Promise.all([
    signOne({ ...whole, path: bucketPathOf(whole) }, provider),
    signFormats(whole.formats, provider),
  ]);
  const asked = Object.entries({ ...original, ...formats }).filter(
    ([column]) => column in file || column === 'isUrlSigned'
  );
  return { ...file, ...Object.fromEntries(asked) };
}

/**
 * Whether a file is private, for a provider whose files are all private or all public. Files of other providers count
 * as public.
 */
export const ofPrivateProvider =
  (provider: Pick<UploadProvider, 'isPrivate'>, name: string): SigningDeps['isPrivate'] =>
  async (file) =>
    file.provider === name && Boolean(await provider.isPrivate?.());

/** Whether a file is private, for the local disk. The URL alone shows this, even if no other column was requested. */
export const ofPrivateFolder =
  (name: string): SigningDeps['isPrivate'] =>
  ({ provider = name, url, formats }) =>
    provider === name &&
    [{ url }, ...Object.values(formats ?? {})].some((object) => isPrivateUrl(object.url));

async function signFormats(formats: SignableFile['formats'], provider: SigningDeps['provider']) {
  if (!formats) {
    return {};
  }
  const signed = await Promise.all(
    Object.entries(formats).map(async ([key, format]) => [
      key,
      { ...format, ...(await signOne(format, provider)) },
    ])
  );
  return { formats: Object.fromEntries(signed) as NonNullable<SignableFile['formats']> };
}

async function signOne(file: SignableFile, provider: SigningDeps['provider']) {
  const signed = await provider.getSignedUrl?.(file as ProviderFile);
  return signed && { url: signed.url, isUrlSigned: true };
}

/**
 * Signs the files of a response, several at a time. Makes pauses in between, so that other requests are handled
 * meanwhile.
 */
export function signFiles<T>(files: readonly T[], sign: (file: T) => Promise<T>): Promise<T[]> {
  const giveWay = pacer();
  return inParallel(files, SIGNED_AT_ONCE, async (file) => {
    await giveWay();
    return sign(file);
  });
}

/**
 * Returns the signed copy of a file, or the same object if its URL needs no signature. Used for responses that must not
 * change public files.
 */
export async function orItself<T extends object>(
  file: T,
  sign: (file: T) => Promise<T>
): Promise<T> {
  const signed = await sign(file);
  return (signed as Pick<SignableFile, 'isUrlSigned'>).isUrlSigned ? signed : file;
}

/** The columns that signing changes. */
const SIGNED = ['url', 'formats', 'isUrlSigned'];

/** Removes signed URLs from data that a client or a script sends back, since signed URLs must not be stored. */
export function withoutSignedUrls<T extends SignableFile>(data: T): Partial<T> {
  if (!data.isUrlSigned && !isSignedPrivateUrl(data.url)) {
    return data;
  }
  const kept = Object.entries(data).filter(([column]) => !SIGNED.includes(column));
  return Object.fromEntries(kept) as Partial<T>;
}

/** Whether a private URL is signed. Needed for data that contains a signed URL without `isUrlSigned`. */
const isSignedPrivateUrl = (url: unknown): boolean => isPrivateUrl(url) && url.includes('?');
