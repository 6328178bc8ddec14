/** What a browser and the server have to do with the candidates of an image. Lengths are in pixels. */

/** The widths up to which the server rounds the width of an unsigned URL (docs/delivery.md). */
const LADDER = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840];

/**
 * Returns the width that docs/delivery.md promises for a URL: that of the URL, rounded up, and never more than the
 * width of the picture itself. Without `width` in the URL, it is the width of the picture.
 */
export function promisedWidth(url, pictureWidth) {
  const asked = Number(new URL(url).searchParams.get('width') ?? Infinity);
  return Math.min(LADDER.find((step) => step >= asked) ?? LADDER.at(-1), pictureWidth);
}

/**
 * Returns the candidate that a browser has to choose: the smallest one that is enough, or else the largest one.
 *
 * @param candidates `{ url, width }` of each candidate
 * @param needed width of the image's place, in pixels of the screen
 */
export function expectedCandidate(candidates, needed) {
  const sorted = [...candidates].sort((a, b) => a.width - b.width);
  return sorted.find(({ width }) => width >= needed) ?? sorted.at(-1);
}
