import { rightsFor } from '../metadata/metadata';
import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import type { Rendered } from './render';
import type { MetadataPolicy } from '../plan/sizes';
import { stripped, type Stripped } from '../strip';

/** An uploaded image. */
export interface SentImage {
  path: string;
  /** Size in bytes. */
  size: number;
  mime: string;
}

/**
 * The result if the project keeps all metadata: the file is stored unchanged, and counts as free of metadata to remove.
 */
const AS_IT_IS: Stripped = { body: null, complete: true };

/**
 * What to store instead of an uploaded original: the re-encoded image, if the plan rotates the image or the re-encoded
 * image is smaller. Otherwise the original bytes without the metadata that must not be published.
 */
export async function insteadOf(
  { path, size, mime }: SentImage,
  { image, original, metadata }: ImagePlan,
  made: Rendered | null
): Promise<Stripped> {
  // Without its profile, the original's pixels would show other colours. The re-encoded pixels are sRGB.
  const losesProfile = metadata === 'strip' && image.hasProfile;
  if (made && (original?.turn || losesProfile || made.data.length < size)) {
    return { body: bytesOf(made), complete: true };
  }
  return withoutPrivate({ path, mime }, metadata, image);
}

/**
 * Returns a file without the metadata that must not be published. Files that are no images stay unchanged.
 *
 * @param image facts from its header, if that was read
 */
export async function withoutPrivate(
  { path, mime }: Pick<SentImage, 'path' | 'mime'>,
  policy: MetadataPolicy,
  image: Image | null = null
): Promise<Stripped> {
  if (policy === 'keep') {
    return AS_IT_IS;
  }
  const said = image ? rightsFor(image, policy) : {};
  return stripped(path, mime, {
    ...(image ? { orientation: image.orientation } : {}),
    rights: policy === 'strip' ? null : said,
  });
}

/** Rendered bytes as a stream. */
export async function* bytesOf({ data }: { data: Uint8Array }): AsyncGenerator<Buffer> {
  yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
