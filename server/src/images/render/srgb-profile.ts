/** Reads a fixed-point number (ICC.1:2022, section 4.6). */
const s15Fixed16 = (icc: Buffer, at: number): number => icc.readInt32BE(at) / 65536;

const TABLE = 128;
const MOST_TAGS = 100;

/**
 * Primaries of sRGB (red, green and blue), adapted to the white point of profiles (IEC 61966-2-1; ICC.1:2022, annex E).
 */
const PRIMARIES: Record<string, [number, number, number]> = {
  rXYZ: [0.436, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
const NEARLY = 0.002;

/** Names of the tags that hold the curves of red, green and blue. */
const CURVES = ['rTRC', 'gTRC', 'bTRC'];

/** Points of the curve that are compared: the middle and a dark point. */
const CHECKED = [0.5, 0.1];
const srgb = (value: number): number => ((value + 0.055) / 1.055) ** 2.4;

/**
 * Whether a colour profile describes only sRGB. It must have sRGB's primaries and curve, and no tables that would take
 * precedence. The profile's name proves nothing.
 */
export function isSrgbProfile(icc: Buffer): boolean {
  try {
    const tags = tagsOf(icc);
    const hasTables = [...tags.keys()].some((name) => /^(A2B|B2A|D2B|B2D|gamt)/.test(name));
    const hasPrimaries = Object.entries(PRIMARIES).every(([name, wanted]) => {
      const at = tags.get(name);
      return at !== undefined && isColour(icc, at, wanted);
    });
    const hasCurves = CURVES.every((name) => {
      const at = tags.get(name);
      return at !== undefined && isSrgbCurve(icc, at);
    });
    return !hasTables && hasPrimaries && hasCurves;
  } catch {
    // An offset in the profile points outside the profile.
    return false;
  }
}

/** Whether the XYZ numbers (section 10.31) at an offset are close to the wanted ones. */
const isColour = (icc: Buffer, at: number, wanted: readonly number[]): boolean =>
  wanted.every((value, axis) => isNear(s15Fixed16(icc, at + 8 + axis * 4), value));

const isNear = (value: number, wanted: number): boolean => Math.abs(value - wanted) < NEARLY;

/** Returns the offset of each tag (section 7.3). */
function tagsOf(icc: Buffer): Map<string, number> {
  const count = Math.min(icc.readUInt32BE(TABLE), MOST_TAGS);
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const at = TABLE + 4 + index * 12;
      return [icc.toString('latin1', at, at + 4), icc.readUInt32BE(at + 4)];
    })
  );
}

const isSrgbCurve = (icc: Buffer, at: number): boolean =>
  CHECKED.every((value) => isNear(curveAt(icc, at, value), srgb(value)));

/**
 * The value of a curve at one point. A curve is a table of values (section 10.6), or the sRGB formula with its
 * parameters (section 10.18, type 3).
 */
function curveAt(icc: Buffer, at: number, value: number): number {
  const type = icc.toString('latin1', at, at + 4);
  if (type === 'curv') {
    const last = icc.readUInt32BE(at + 8) - 1;
    return last > 0 ? icc.readUInt16BE(at + 12 + Math.round(value * last) * 2) / 0xffff : NaN;
  }
  if (type === 'para' && icc.readUInt16BE(at + 8) === 3) {
    const [g = NaN, a = NaN, b = NaN] = [0, 1, 2].map((index) =>
      s15Fixed16(icc, at + 12 + index * 4)
    );
    return (a * value + b) ** g;
  }
  return NaN;
}
