import { readHeader } from '../header';
import type { Header } from '../header/header';
import { machineFault } from './machine-fault';
import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import { open, renderImage, type Pass, type RenderedImage } from './render';

/** How to run the libvips passes of an image. */
interface Work {
  pass: Pass;
  signal: AbortSignal;
}

/**
 * Renders the outputs of a plan. A faulty image is decoded once more while errors are ignored, as viewers do. Its
 * visible part gets sizes. The original is stored unchanged, since an encoder would make the damage permanent. An image
 * that has data after its header but cannot be shown here is stored unchanged too: other software may show it.
 *
 * @throws sharp's error if the image has no pixels; the signal's reason
 */
export async function renderLeniently(
  path: string,
  plan: ImagePlan,
  { pass, signal }: Work
): Promise<RenderedImage> {
  try {
    return await renderImage(path, plan, pass);
  } catch (error) {
    signal.throwIfAborted();
    const { isUsual = true } = await pixelsBehind(path, plan.image, error);
    const nothing = { original: null, formats: [], placeholder: null, undecoded: messageOf(error) };
    const damaged = { ...plan, original: null, image: { ...plan.image, isDamaged: true } };
    // If libtiff was built without the image's compression, libvips shows black pixels.
    if (!isUsual) {
      return nothing;
    }
    try {
      return { ...(await renderImage(path, damaged, pass)), isDamaged: true };
    } catch {
      signal.throwIfAborted();
      return nothing;
    }
  }
}

/**
 * Checks that at least a part of an image can be shown. Decodes the whole image.
 *
 * @throws as `renderLeniently`
 */
export async function checkLeniently(
  path: string,
  image: Image,
  { pass, signal }: Work
): Promise<void> {
  try {
    await pass(() => open(path, image).stats());
  } catch (error) {
    signal.throwIfAborted();
    await pixelsBehind(path, image, error);
  }
}

/**
 * Returns the header of an image that libvips cannot decode.
 *
 * @param error the error of libvips
 * @throws that error if the image itself is not at fault, or has no pixels
 */
async function pixelsBehind(path: string, { format }: Image, error: unknown): Promise<Header> {
  const isMachineFault = (await machineFault(path, messageOf(error))) !== null;
  const header = isMachineFault ? null : await readHeader(path, `image/${format}`);
  if (!header?.hasPixels) {
    throw error;
  }
  return header;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
