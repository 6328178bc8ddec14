import { transformProps, transformSourceProps } from '@unpic/core';
import { storeFile } from '../support/api';
import { candidatesOf, imageAt } from '../support/candidates';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

/** The widths that a URL without a signature gets, from docs/delivery.md. */
const LADDER = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840];

const PHOTO = { width: 1600, height: 1200 };

let server: Server;
let src: string;
beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
  const photo = await quarters(PHOTO.width, PHOTO.height).jpeg().toBuffer();
  src = server.url + (await storeFile(server, 'photo.jpg', photo)).url;
});

/** Width that the rounding promises. No image is enlarged, so it is at most that of the largest crop of the photo. */
function promisedWidth(width: number, ratio: number): number {
  const step = LADDER.find((step) => step >= width) ?? 3840;
  return Math.min(step, PHOTO.width, Math.round(PHOTO.height * ratio));
}

/** Requests each candidate of a `srcset`, and expects the promised width and ratio. Returns the widths of the `srcset`. */
async function expectPromised(srcset: string, ratio: number): Promise<number[]> {
  const candidates = candidatesOf(srcset);
  for (const { url, width } of candidates) {
    expect(new URL(url).searchParams.get('width')).toBe(String(width));
    const image = await imageAt(server, url);
    expect({ url, width: image.width }).toEqual({ url, width: promisedWidth(width, ratio) });
    // The height is a whole number of pixels, so it may be off by half a pixel, and by one in a crop of the photo.
    expect(Math.abs(image.height - image.width / ratio)).toBeLessThanOrEqual(1);
  }
  return candidates.map(({ width }) => width);
}

const PLACES = [
  { place: 'of the ratio of the photo', size: { width: 400, height: 300 }, ratio: 4 / 3 },
  { place: 'of an allowed ratio', size: { width: 480, aspectRatio: 16 / 9 }, ratio: 16 / 9 },
  { place: 'upright', size: { width: 450, height: 800 }, ratio: 9 / 16 },
  { place: 'of a ratio between two allowed ones', size: { width: 500, height: 250 }, ratio: 1.91 },
];

describe('unpic with its provider for Directus', () => {
  describe.each(['fixed', 'constrained'] as const)('layout %s', (layout) => {
    it.each(PLACES)('gets the promised images in a place $place', async ({ size, ratio }) => {
      const { srcset } = transformProps({ src, cdn: 'directus', layout, ...size });
      const widths = await expectPromised(String(srcset), ratio);
      // Both layouts have candidates for screens with one and with two pixels per CSS pixel.
      expect(widths).toEqual(expect.arrayContaining([size.width, 2 * size.width]));
    });
  });

  it('gets the promised images in the layout fullWidth, up to 3840 pixels', async () => {
    const { srcset } = transformProps({ src, cdn: 'directus', layout: 'fullWidth' });
    const widths = await expectPromised(String(srcset), PHOTO.width / PHOTO.height);
    // Some of its widths are no step, and some are wider than the last step.
    expect(widths).toEqual(expect.arrayContaining([640, 960, 6016]));
  });

  it('gets the image of its src', async () => {
    const size = { width: 400, height: 300 };
    const image = transformProps({ src, cdn: 'directus', layout: 'constrained', ...size });
    expect(await imageAt(server, String(image.src))).toMatchObject({ width: 640, height: 480 });
  });

  it('gets the format of a source', async () => {
    const size = { width: 200, height: 150 };
    const options = { src, cdn: 'directus', layout: 'constrained', ...size } as const;
    const { srcset, type } = transformSourceProps({ ...options, type: 'image/webp' });
    expect(type).toBe('image/webp');
    await expectPromised(String(srcset), 4 / 3);
    for (const { url } of candidatesOf(String(srcset))) {
      expect((await imageAt(server, url)).format).toBe('webp');
    }
  });
});
