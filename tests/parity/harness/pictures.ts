import * as samples from '../../support/samples';

/** Makes a sample only once. Both servers must get the same bytes, but each sample has different noise. */
function once(make: () => Promise<Buffer>): () => Promise<Buffer> {
  let made: Promise<Buffer> | undefined;
  return () => (made ??= make());
}

export const photo = once(() => samples.jpeg({ width: 1200, height: 800 }));
export const sideways = once(() => samples.jpeg({ width: 600, height: 400, orientation: 6 }));
export const drawing = once(() => samples.png());
export const icon = once(() => samples.png({ width: 32, height: 32 }));
export const medium = once(() => samples.png({ width: 250, height: 160 }));
export const webp = once(samples.webp);
export const avif = once(samples.avif);
export const tiff = once(samples.tiff);
export const animation = once(samples.animatedGif);
