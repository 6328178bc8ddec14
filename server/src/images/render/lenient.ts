import { readHeader } from '../header';
import type { Header } from '../header/header';
import { machineFault } from './machine-fault';
import type { ImagePlan } from '../plan/plan';
import type { Image } from '../header/probe';
import { open, renderImage, type Pass, type RenderedImage } from './render';

/** How an image is worked on. */
interface Work {
  pass: Pass;
  signal: AbortSignal;
}

/**
 * Makes the outputs of a plan. An image in which something is wrong is decoded once more as viewers do it: what can be
 * seen of it gets its sizes, and the original stays as it came, since an encoder would make the damage last. What
 * goes on behind its header and cannot be shown here is left to those who can.
 *
 * @throws sharp's error for an image that has no pixels; the signal's reason
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
    // Of what libtiff was built without it shows black pixels.
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
 * Whether anything of an image can be seen: all of it is decoded.
 *
 * @throws as `renderLeniently` does
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
 * The header of an image that libvips cannot decode.
 *
 * @param error what libvips says of it
 * @throws that error where the image itself is not at fault, or has no pixels
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
