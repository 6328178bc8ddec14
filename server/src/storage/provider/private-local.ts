import { isPrivateUrl } from '../local-url';
import type { Storage, StoredObject } from '../port';
import type { ProviderFile, UploadProvider } from './interface';

/** Signs the URLs of private files. */
interface UrlSigning {
  /** Returns the URL for a response: signed for a private file, unchanged for any other file. */
  signed(url: string): string;
}

/**
 * Adds private files to the local provider that other code calls: the provider signs their URLs and deletes them from
 * their own folder. Files that other code uploads through it, such as a project's logos, are public.
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
