import type { Sharp } from 'sharp';

/**
 * Size to which an image is scaled for its placeholder. The thumbhash algorithm accepts images of up to 100 × 100
 * pixels.
 */
export const FOR_PLACEHOLDER = { width: 100, height: 100, fit: 'inside' } as const;

/** A thumbhash of about 25 bytes, in base64: a blurred image to show until the real one is loaded. */
export async function placeholderOf(input: Sharp): Promise<string> {
  const { data, info } = await input
    .resize(FOR_PLACEHOLDER)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { rgbaToThumbHash } = await import('thumbhash');
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}
