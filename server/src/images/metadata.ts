import type { Sharp } from 'sharp';
import type { Picture } from './probe';
import type { MetadataPolicy } from './sizes';

/** Colour spaces whose pixels are still right under the picture's own profile when they are encoded. */
const KEEPS_PROFILE = new Set(['srgb', 'rgb16']);

/** Whether the outputs carry the picture's own colour profile; else they are converted to sRGB. */
export const keepsProfile = ({ hasProfile, space, channels }: Picture, policy: MetadataPolicy) =>
  hasProfile && channels >= 3 && KEEPS_PROFILE.has(space) && policy !== 'strip';

/**
 * Gives an output the metadata that it is to have. Without any there is no metadata block at all.
 *
 * @param isTurned whether its pixels are upright: then it needs no orientation
 */
export function withMetadata(
  output: Sharp,
  picture: Picture,
  policy: MetadataPolicy,
  isTurned: boolean
): Sharp {
  if (policy === 'keep') {
    return output.keepMetadata();
  }
  if (keepsProfile(picture, policy)) {
    output.keepIccProfile();
  }
  const { artist, copyright } = policy === 'strip' ? {} : picture.said;
  if (!artist && !copyright && (isTurned || picture.orientation === 1)) {
    return output;
  }
  // The orientation is not named here: libvips writes that of the pixels.
  return output.withExif({
    IFD0: { ...(artist ? { Artist: artist } : {}), ...(copyright ? { Copyright: copyright } : {}) },
  });
}
