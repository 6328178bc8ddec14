import { imageProps, pictureSources } from '../../client/src';
import { storeFile } from '../support/api';
import { candidatesOf, imageAt } from '../support/candidates';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

let server: Server;
let file: { id: number; url: string; width: number; height: number };
beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
  const photo = await quarters(1600, 1200).jpeg().toBuffer();
  file = (await storeFile(server, 'photo.jpg', photo)) as unknown as typeof file;
});

describe('the helpers for front ends', () => {
  it.each([
    ['of the whole width', {}, 4 / 3],
    ['in a place of 300 pixels', { width: 300 }, 4 / 3],
    ['of another ratio', { width: 400, aspectRatio: 16 / 9 }, 16 / 9],
    ['upright', { width: 400, aspectRatio: 9 / 16 }, 9 / 16],
  ])('give candidates that are as wide as they say: %s', async (_where, options, ratio) => {
    const { srcSet } = imageProps(file, options);
    const candidates = candidatesOf(srcSet);
    expect(candidates.length).toBeGreaterThan(1);
    for (const { url, width } of candidates) {
      const image = await imageAt(server, url);
      // No image is enlarged, so the last candidate may be as wide as the largest crop.
      const widest = Math.round(Math.min(1600, 1200 * ratio));
      expect(image.width).toBe(Math.min(width, widest));
      expect(Math.abs(image.width / image.height - ratio)).toBeLessThan(0.02);
      expect(image.cacheControl).toBe('public, max-age=31536000, immutable');
    }
  });

  it('give sources of a picture in their formats', async () => {
    const { sources, img } = pictureSources(file, { width: 150 });
    expect(sources.map(({ type }) => type)).toEqual(['image/avif', 'image/webp']);
    for (const { type, srcSet } of sources) {
      for (const { url } of candidatesOf(srcSet)) {
        expect((await imageAt(server, url)).format).toBe(type === 'image/avif' ? 'heif' : 'webp');
      }
    }
    expect((await imageAt(server, img.src)).format).toBe('jpeg');
  });
});
