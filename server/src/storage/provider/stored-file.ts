import { UnreadableObject, type StoredObject } from '../port';
import type { ProviderFile, UploadProvider } from './interface';

/** Describes a stored object as providers get it. */
export const describeStored = ({ about, ...stored }: StoredObject): ProviderFile => ({
  ...about,
  ...stored,
});

/**
 * Returns the URL from which the bytes of a stored file can be read. The URL of a private provider is signed first.
 *
 * @throws UnreadableObject if it is not an http or https URL
 */
export async function readableUrl(
  provider: Pick<UploadProvider, 'isPrivate' | 'getSignedUrl'>,
  file: ProviderFile
): Promise<string> {
  const isPrivate = await provider.isPrivate?.();
  const signed = isPrivate ? await provider.getSignedUrl?.(file) : undefined;
  const url = signed?.url ?? file.url ?? '';
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    // The signed URL must not be in the message: users and logs get this message.
    throw new UnreadableObject(
      `The URL "${file.url}" of the stored file is not an http or https URL.`
    );
  }
  return url;
}
