import type { PrivateFiles } from '../../security/private-files';
import { isPrivateUrl } from '../local-url';
import type { Storage, StoredObject } from '../port';
import type { ProviderFile, UploadProvider } from './interface';

/**
 * The local provider, as others call it, where some of its files are private: it signs their URLs, and
 * deletes them where they lie. What others upload through it, such as a project's logos, is public.
 */
export function withPrivateFiles(
  provider: UploadProvider,
  privateFiles: PrivateFiles,
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
