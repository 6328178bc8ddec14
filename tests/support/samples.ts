import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const fixture = (name: string) => readFileSync(path.join(__dirname, '../fixtures', name));

/** An image of noise, so that encoded images are not tiny. */
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  });

/** A JPEG like those of phones. Its EXIF has copyright, orientation, and a location unless `place` is false. */
export const jpeg = ({
  width = 1600,
  height = 1200,
  orientation = 1,
  quality = 90,
  place = true,
} = {}) =>
  noise(width, height)
    .jpeg({ quality })
    .withMetadata({ orientation })
    .withExif({
      IFD0: { Copyright: 'A. Person' },
      ...(place ? { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } } : {}),
    })
    .toBuffer();

/** A JPEG without its pixel data: its header has a size, but a viewer cannot show anything. */
export function withoutPixels(whole: Buffer): Buffer {
  const scan = whole.indexOf(Buffer.from([0xff, 0xda]));
  return whole.subarray(0, scan + 2 + whole.readUInt16BE(scan + 2));
}

export const jpegWithoutPixels = async () => withoutPixels(await jpeg());

export const png = ({ width = 600, height = 400 } = {}) =>
  sharp({
    create: { width, height, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0.5 } },
  })
    .png()
    .toBuffer();

export const webp = () => noise(640, 480).webp().toBuffer();

export const avif = () => noise(640, 480).avif({ effort: 0 }).toBuffer();

export const tiff = () => noise(640, 480).tiff().toBuffer();

/** A GIF of three frames. */
export const animatedGif = async () => {
  const frames = await Promise.all(
    ['red', 'green', 'blue'].map((background) =>
      sharp({ create: { width: 400, height: 300, channels: 3, background } })
        .png()
        .toBuffer()
    )
  );
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
};

export const svg = () =>
  Buffer.from(
    '<?xml version="1.0"?>\n<!-- a drawing -->\n' +
      '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><rect width="9" height="9"/></svg>'
  );

export const pdf = () =>
  Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

export const csv = () => Buffer.from('name,stars\nChez Test,3\n');

/** A HEIC that `heif-enc` made from a 320×240 image. */
export const heic = () => fixture('photo.heic');

/** A film of half a second, 64×48, made with ffmpeg. */
export const mp4 = () => fixture('clip.mp4');
