import { inParallel } from '../parallel';
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
  provider: Pick<UploadProvider, 'isPrivate' | 'getSignedUrl'>;
  /** Its name in the `provider` column: other providers' files are not signed. */
  name: string;
}

/** Files of one answer that are signed at the same time: some providers ask a server for it. */
const SIGNED_AT_ONCE = 20;

/**
 * A copy of a file whose URLs, those of its formats too, are good for reading, and that says in
 * `isUrlSigned` whether they had to be signed for that. The file itself is left as it is, so that
 * nobody stores a signed URL; a copy that is signed already stays.
 */
export async function signFile<T extends SignableFile>(file: T, deps: SigningDeps): Promise<T> {
  if (!file || file.isUrlSigned) {
    return file;
  }
  const { provider, name } = deps;
  if (file.provider !== name || !(await provider.isPrivate?.())) {
    return { ...file, isUrlSigned: false };
  }
  const path = bucketPathOf(file);
  const [original, formats] = await Promise.all([
    signOne({ ...file, path }, provider),
    signFormats(file.formats, provider),
  ]);
  return { ...file, ...original, ...formats };
}

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

/** Signs the files of an answer, some at a time. */
export const signFiles = <T>(files: readonly T[], sign: (file: T) => Promise<T>): Promise<T[]> =>
  inParallel(files, SIGNED_AT_ONCE, sign);

/** The columns that signing changes. */
const SIGNED = ['url', 'formats', 'isUrlSigned'];

/** What a client or a script sends back to be stored, without the URLs that are not to be. */
export function withoutSignedUrls<T extends SignableFile>(data: T): Partial<T> {
  if (!data.isUrlSigned) {
    return data;
  }
  const kept = Object.entries(data).filter(([column]) => !SIGNED.includes(column));
  return Object.fromEntries(kept) as Partial<T>;
}
