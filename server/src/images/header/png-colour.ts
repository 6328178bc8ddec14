import { open } from 'node:fs/promises';
import { reader } from './read-at';

/** Properties of a PNG's colours that libvips ignores, and whether the PNG is animated. */
export interface PngColour {
  /** Gamma with which the values were stored; undefined for the gamma of sRGB. */
  gamma?: number;
  /** Whether browsers convert the colours in a way that is not implemented here. */
  isForeign: boolean;
  isAnimated: boolean;
}

/** Number of bytes that are read first. The relevant chunks come before the pixels. */
const HEAD_BYTES = 4096;
const MOST_CHUNKS = 1000;

/**
 * The gamma that approximates sRGB (PNG, third edition, section 11.3.2.2), and the largest difference with which a
 * gamma still counts as sRGB's curve.
 */
const SRGB_GAMMA = 1 / 2.2;
const NEARLY = 0.02;

/** Range of gamma values that sharp can undo. */
const GAMMAS = { least: 1 / 3, most: 1 };

/**
 * The x and y coordinates of white, red, green and blue in sRGB, and how far other primaries may differ before the
 * colours visibly differ.
 */
const SRGB_PRIMARIES = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];
const CLOSE = 0.05;

/**
 * Codes of `cICP` for colour primaries and transfer functions that mean sRGB (ITU-T H.273). The primaries are those of
 * BT.709. The transfer function is that of BT.709 or of IEC 61966-2-1.
 */
const SRGB_CODES = { primaries: 1, transfers: [1, 13] };

/**
 * Reads a PNG's colours as browsers do (PNG, third edition, section 4.3): `cICP` takes precedence over `iCCP`, `iCCP`
 * over `sRGB`, and `sRGB` over `gAMA` and `cHRM`.
 */
export async function pngColour(path: string): Promise<PngColour> {
  const chunks = await chunksBeforePixels(path);
  const isAnimated = chunks.has('acTL');
  const [primaries, transfer] = chunks.get('cICP') ?? [];
  if (primaries !== undefined && transfer !== undefined) {
    const isSrgb = primaries === SRGB_CODES.primaries && SRGB_CODES.transfers.includes(transfer);
    return { isForeign: !isSrgb, isAnimated };
  }
  const gamma = hundredThousandths(chunks.get('gAMA'))[0];
  if (chunks.has('iCCP') || chunks.has('sRGB') || !gamma) {
    return { isForeign: false, isAnimated };
  }
  const isUsual = Math.abs(gamma - SRGB_GAMMA) < NEARLY;
  const isForeign =
    !isSrgbPrimaries(hundredThousandths(chunks.get('cHRM'))) ||
    (!isUsual && (gamma < GAMMAS.least || gamma > GAMMAS.most));
  return { ...(isUsual || isForeign ? {} : { gamma }), isForeign, isAnimated };
}

/** Whether primaries are close to those of sRGB. Missing values count as those of sRGB. */
const isSrgbPrimaries = (values: number[]): boolean =>
  SRGB_PRIMARIES.every((usual, index) => Math.abs((values[index] ?? usual) - usual) < CLOSE);

/** Converts integers that stand for fractions of 100,000 (sections 11.3.2.1 and 11.3.2.2). */
function hundredThousandths(data: Buffer = Buffer.alloc(0)): number[] {
  const count = Math.min(Math.floor(data.length / 4), SRGB_PRIMARIES.length);
  return Array.from({ length: count }, (_, index) => data.readUInt32BE(index * 4) / 100_000);
}

/** Reads the chunks before the pixels. Returns the first chunk of each type. */
async function chunksBeforePixels(path: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const file = await open(path, 'r');
  try {
    const read = reader(file);
    const head = await read(0, HEAD_BYTES);
    let at = 8;
    for (let count = 0; count < MOST_CHUNKS; count += 1) {
      const isThere = at + 8 + SRGB_PRIMARIES.length * 4 <= head.length;
      const chunk = isThere ? head.subarray(at) : await read(at, 8 + SRGB_PRIMARIES.length * 4);
      const type = chunk.toString('latin1', 4, 8);
      if (chunk.length < 8 || type === 'IDAT') {
        break;
      }
      const length = chunk.readUInt32BE(0);
      found.set(type, found.get(type) ?? chunk.subarray(8, 8 + length));
      at += 12 + length;
    }
  } finally {
    await file.close();
  }
  return found;
}
