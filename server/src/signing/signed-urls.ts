import { inParallel } from '../util/parallel';
import { pacer } from '../util/turns';
import { isPrivateUrl } from '../storage/local-url';
import { bucketPathOf } from '../storage/provider/bucket-path';
import type { ProviderFile, UploadProvider } from '../storage/provider/interface';

/** A file row or a format as it is answered; parts may be left out. */
export interface SignableFile {
  url?: string;
  provider?: string;
  formats?: Record<string, SignableFile> | null;
  isUrlSigned?: boolean;
  [column: string]: unknown;
}

interface SigningDeps {
  provider: Pick<UploadProvider, 'getSignedUrl'>;
  /** Whether a file can be read with signed URLs only. */
  isPrivate(file: SignableFile): boolean | Promise<boolean>;
  /** The file with all columns that signing needs, where a query left some out. */
  complete(file: SignableFile): SignableFile | Promise<SignableFile>;
}

/** Files of one answer that are signed at the same time: some providers ask a server for it. */
const SIGNED_AT_ONCE = 20;

/**
 * A copy of a file whose URLs, those of its formats too, are good for reading, and that says in
 * `isUrlSigned` whether they had to be signed for that. The file itself is left as it is, so that
 * nobody stores a signed URL; a copy that is signed already stays.
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

/** Files of a provider that keeps all of its files private; other providers' are not signed. */
export const ofPrivateProvider =
  (provider: Pick<UploadProvider, 'isPrivate'>, name: string): SigningDeps['isPrivate'] =>
  async (file) =>
    file.provider === name && Boolean(await provider.isPrivate?.());

/** Private files of the local disk: their URLs say so, also where no other column was asked for. */
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

/** Signs the files of an answer, some at a time, and lets others be answered meanwhile. */
export function signFiles<T>(files: readonly T[], sign: (file: T) => Promise<T>): Promise<T[]> {
  const giveWay = pacer();
  return inParallel(files, SIGNED_AT_ONCE, async (file) => {
    await giveWay();
    return sign(file);
  });
}

/** The signed copy of a file, or the very file where its URL can be read as it is: for answers of files as they are. */
export async function orItself<T extends object>(
  file: T,
  sign: (file: T) => Promise<T>
): Promise<T> {
  const signed = await sign(file);
  return (signed as Pick<SignableFile, 'isUrlSigned'>).isUrlSigned ? signed : file;
}

/** The columns that signing changes. */
const SIGNED = ['url', 'formats', 'isUrlSigned'];

/** What a client or a script sends back to be stored, without the URLs that are not to be. */
export function withoutSignedUrls<T extends SignableFile>(data: T): Partial<T> {
  if (!data.isUrlSigned && !isSignedPrivateUrl(data.url)) {
    return data;
  }
  const kept = Object.entries(data).filter(([column]) => !SIGNED.includes(column));
  return Object.fromEntries(kept) as Partial<T>;
}

/** Sent back alone, without what says that it is signed. */
const isSignedPrivateUrl = (url: unknown): boolean => isPrivateUrl(url) && url.includes('?');
