import { rightsFor } from './metadata';
import type { PicturePlan } from './plan';
import type { Rendered } from './render';
import { stripped } from './strip';

/**
 * What is stored in the place of an original that was sent: it encoded anew where that was to turn it or
 * is smaller; else its own bytes, without what of its metadata is not to be published.
 *
 * @param size bytes of the file
 * @returns null for the file as it is, byte for byte
 */
export async function insteadOf(
  path: string,
  size: number,
  { picture, original, metadata }: PicturePlan,
  made: Rendered | null
): Promise<AsyncIterable<Buffer> | null> {
  // Without its profile its own pixels would have other colours; those that were made are sRGB.
  const losesProfile = metadata === 'strip' && picture.hasProfile;
  if (made && (original?.turn || losesProfile || made.data.length < size)) {
    return bytesOf(made);
  }
  const mustStrip =
    metadata === 'strip' || (metadata === 'strip-private' && picture.said.isPrivate);
  return mustStrip ? stripped(path, picture, rightsFor(picture, metadata)) : null;
}

/** Bytes that were made, for those who read streams. */
export async function* bytesOf({ data }: { data: Uint8Array }): AsyncGenerator<Buffer> {
  yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
