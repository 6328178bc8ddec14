import type { Sharp } from 'sharp';
import type { Image } from '../header/probe';
import type { Rights } from './rights';
import type { MetadataPolicy } from '../plan/sizes';
import { replaceExif } from '../strip';

/** Colour spaces whose pixels are still right under the image's own profile when they are encoded. */
const KEEPS_PROFILE = new Set(['srgb', 'rgb16']);

/** Whether the outputs carry the image's own colour profile; else they are converted to sRGB. */
export const keepsProfile = ({ hasProfile, space, channels }: Image, policy: MetadataPolicy) =>
  hasProfile && channels >= 3 && KEEPS_PROFILE.has(space) && policy !== 'strip';

/** What the metadata of an output depend on. */
export interface MetadataWanted {
  /** The image that it is made of. */
  image: Image;
  policy: MetadataPolicy;
  /** Whether the output's pixels are upright: then it needs no orientation. */
  isTurned: boolean;
}

/** Gives an output the metadata that it is to have. Without any there is no metadata block at all. */
export function withMetadata(output: Sharp, { image, policy, isTurned }: MetadataWanted): Sharp {
  if (policy === 'keep') {
    return output.keepMetadata();
  }
  if (keepsProfile(image, policy)) {
    output.keepIccProfile();
  }
  const { artist, copyright } = rightsFor(image, policy);
  if (!artist && !copyright && (isTurned || image.orientation === 1)) {
    return output;
  }
  // The orientation is not named here: libvips writes that of the pixels.
  return output.withExif({
    IFD0: { ...(artist ? { Artist: artist } : {}), ...(copyright ? { Copyright: copyright } : {}) },
  });
}

/** What an output says of rights in a block that is written for it. */
export const rightsFor = (
  { said: { artist, copyright } }: Image,
  policy: MetadataPolicy
): Rights =>
  policy === 'strip-private'
    ? { ...(artist ? { artist } : {}), ...(copyright ? { copyright } : {}) }
    : {};

/**
 * The bytes of a JPEG, PNG, WebP or AVIF in which artist and copyright are what they were: libvips writes "?" for
 * letters that ASCII does not have, and leaves out what stands in brackets at the end. They are in UTF-8 then,
 * as programs read and write them, whatever EXIF says. In an AVIF long ones in brackets may stay as libvips writes
 * them, and a TIFF has none.
 */
export async function withExactRights(
  data: Buffer,
  format: string,
  { image, policy, isTurned }: MetadataWanted
): Promise<Buffer> {
  const rights = rightsFor(image, policy);
  return Object.keys(rights).length === 0
    ? data
    : replaceExif(data, format, { ...rights, orientation: isTurned ? 1 : image.orientation });
}
