import sharp from 'sharp';
import { encoded, photo } from './photo.mjs';
import { unique, upload } from './picture-client.mjs';

const jpeg = async (width, height) => ({
  name: 'photo.jpg',
  type: 'image/jpeg',
  data: await encoded(await photo(width, height), (image) => image.jpeg({ quality: 92 })),
});

/** A photograph whose lower part becomes transparent. */
async function cutOut(width, height) {
  const { data, info } = await photo(width, height);
  const alpha = Buffer.alloc(width * height);
  for (let row = 0; row < height; row += 1) {
    alpha.fill(
      Math.min(255, Math.round((510 * (height - row)) / height)),
      row * width,
      (row + 1) * width
    );
  }
  const one = { width, height, channels: 1 };
  const image = sharp(data, { raw: info }).joinChannel(alpha, { raw: one });
  return {
    name: 'photo.png',
    type: 'image/png',
    data: await image.png({ compressionLevel: 6 }).toBuffer(),
  };
}

const MAKE = {
  jpeg3: () => jpeg(2048, 1536),
  jpeg8: () => jpeg(3840, 2160),
  jpeg12: () => jpeg(4000, 3000),
  png2: () => cutOut(1920, 1080),
};

const made = new Map();

/**
 * Makes images for `uploadCopy`. Call this before a server starts: the work blocks this process for seconds, and a server
 * closes its idle connections meanwhile.
 *
 * @param names of `MAKE`
 */
export async function makeImages(names) {
  for (const name of names.filter((one) => !made.has(one))) {
    made.set(name, await MAKE[name]());
  }
}

/**
 * Uploads a copy of an image. Each copy has some more bytes at its end, so no server knows it.
 *
 * @param name an image that `makeImages` has made
 * @returns the row of the file
 */
export async function uploadCopy(server, name) {
  const [row] = await upload(server.url, [unique(made.get(name))]);
  return row;
}
