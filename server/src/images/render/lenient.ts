import { readHeader } from '../header';
import type { Header } from '../header/header';
import { machineFault } from './machine-fault';
import type { PicturePlan } from '../plan/plan';
import type { Picture } from '../header/probe';
import { open, renderPicture, type Pass, type RenderedPicture } from './render';

/** How a picture is worked on. */
interface Work {
  pass: Pass;
  signal: AbortSignal;
}

/**
 * Makes the outputs of a plan. A picture in which something is wrong is decoded once more as viewers do it: what can be
 * seen of it gets its sizes, and the original stays as it came, since an encoder would make the damage last. What
 * goes on behind its header and cannot be shown here is left to those who can.
 *
 * @throws sharp's error for a picture that has no pixels; the signal's reason
 */
export async function renderLeniently(
  path: string,
  plan: PicturePlan,
  { pass, signal }: Work
): Promise<RenderedPicture> {
  try {
    return await renderPicture(path, plan, pass);
  } catch (error) {
    signal.throwIfAborted();
    const { isUsual = true } = await pixelsBehind(path, plan.picture, error);
    const nothing = { original: null, formats: [], placeholder: null, undecoded: messageOf(error) };
    const damaged = { ...plan, original: null, picture: { ...plan.picture, isDamaged: true } };
    // Of what libtiff was built without it shows black pixels.
    if (!isUsual) {
      return nothing;
    }
    try {
      return { ...(await renderPicture(path, damaged, pass)), isDamaged: true };
    } catch {
      signal.throwIfAborted();
      return nothing;
    }
  }
}

/**
 * Whether anything of a picture can be seen: all of it is decoded.
 *
 * @throws as `renderLeniently` does
 */
export async function checkLeniently(
  path: string,
  picture: Picture,
  { pass, signal }: Work
): Promise<void> {
  try {
    await pass(() => open(path, picture).stats());
  } catch (error) {
    signal.throwIfAborted();
    await pixelsBehind(path, picture, error);
  }
}

/**
 * The header of a picture that libvips cannot decode.
 *
 * @param error what libvips says of it
 * @throws that error where the picture itself is not at fault, or has no pixels
 */
async function pixelsBehind(path: string, { format }: Picture, error: unknown): Promise<Header> {
  const isMachineFault = (await machineFault(path, messageOf(error))) !== null;
  const header = isMachineFault ? null : await readHeader(path, `image/${format}`);
  if (!header?.hasPixels) {
    throw error;
  }
  return header;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
