import { isPrivateUrl } from '../local-url';
import type { Storage, StoredObject } from '../port';
import type { ProviderFile, UploadProvider } from './interface';

/** Signs the URLs of private files. */
interface UrlSigning {
  /** A URL as it is answered: a private file's is signed, another one stays. */
  signed(url: string): string;
}

/**
 * The local provider, as others call it, where some of its files are private: it signs their URLs, and
 * deletes them where they lie. What others upload through it, such as a project's logos, is public.
 */
export function withPrivateFiles(
  provider: UploadProvider,
  privateFiles: UrlSigning,
  storage: Storage
): UploadProvider {
  return Object.assign(provider, {
    isPrivate: () => true,
    getSignedUrl: ({ url = '' }: ProviderFile) => ({ url: privateFiles.signed(url) }),
    delete: removingPrivate(provider.delete, storage),
  });
}

const removingPrivate =
  (removePublic: UploadProvider['delete'], storage: Storage): UploadProvider['delete'] =>
  (file, options) =>
    isPrivateUrl(file.url)
      ? storage.remove({ ...file, private: true } as StoredObject)
      : removePublic(file, options);
