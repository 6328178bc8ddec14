import type { Sharp } from 'sharp';
import type { Image } from '../header/probe';
import type { Rights } from './rights';
import type { MetadataPolicy } from '../plan/sizes';
import { replaceExif } from '../strip';

/** Colour spaces whose pixels still match the image's own profile when they are encoded. */
const KEEPS_PROFILE = new Set(['srgb', 'rgb16']);

/** Whether the outputs keep the image's own colour profile. Otherwise they are converted to sRGB. */
export const keepsProfile = ({ hasProfile, space, channels }: Image, policy: MetadataPolicy) =>
  hasProfile && channels >= 3 && KEEPS_PROFILE.has(space) && policy !== 'strip';

/** The facts that determine the metadata of an output. */
export interface MetadataWanted {
  /** The source image. */
  image: Image;
  policy: MetadataPolicy;
  /** Whether the output's pixels are already upright, so that it needs no orientation. */
  isTurned: boolean;
}

/** Sets the metadata of an output. If there are no metadata to set, the output has no metadata block. */
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
  // The orientation is not set here: libvips writes the orientation that the pixels have.
  return output.withExif({
    IFD0: { ...(artist ? { Artist: artist } : {}), ...(copyright ? { Copyright: copyright } : {}) },
  });
}

/** The rights that are written into the metadata of an output. */
export const rightsFor = (
  { said: { artist, copyright } }: Image,
  policy: MetadataPolicy
): Rights =>
  policy === 'strip-private'
    ? { ...(artist ? { artist } : {}), ...(copyright ? { copyright } : {}) }
    : {};

/**
 * Restores the exact artist and copyright in the bytes of a JPEG, PNG, WebP or AVIF: libvips writes "?" for letters
 * outside ASCII, and drops a text in brackets at the end. The texts are then in UTF-8, as programs read and write them,
 * although EXIF says otherwise. In an AVIF, long texts in brackets may stay as libvips writes them. A TIFF is not
 * changed.
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
