import { rightsFor } from '../metadata/metadata';
import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import type { Rendered } from './render';
import type { MetadataPolicy } from '../plan/sizes';
import { stripped, type Stripped } from '../strip';

/** An image that was sent. */
export interface SentImage {
  path: string;
  /** Bytes. */
  size: number;
  mime: string;
}

/** A file that stays as it is, and may. */
const AS_IT_IS: Stripped = { body: null, complete: true };

/**
 * What is stored in the place of an original that was sent: it encoded anew where that was to turn it or
 * is smaller; else its own bytes, without what of its metadata is not to be published.
 */
export async function insteadOf(
  { path, size, mime }: SentImage,
  { image, original, metadata }: ImagePlan,
  made: Rendered | null
): Promise<Stripped> {
  // Without its profile its own pixels would have other colours; those that were made are sRGB.
  const losesProfile = metadata === 'strip' && image.hasProfile;
  if (made && (original?.turn || losesProfile || made.data.length < size)) {
    return { body: bytesOf(made), complete: true };
  }
  return withoutPrivate({ path, mime }, metadata, image);
}

/**
 * A file of any type without what of its metadata is not to be published; nothing but images is changed.
 *
 * @param image what its header told, where that was read
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

/** Bytes that were made, for those who read streams. */
export async function* bytesOf({ data }: { data: Uint8Array }): AsyncGenerator<Buffer> {
  yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
