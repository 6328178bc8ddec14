import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import type { ImageFile } from '../../../client/src';
import { sendFile } from '../../support/api';
import * as samples from '../../support/samples';
import { ROOT } from '../support/pages';
import { inPage } from './pages';
import { addressed, type Place, type Try } from './place';
import { run } from './programs';

/** Packages that the examples of front ends import, and their folders. */
const PACKAGES = {
  'strapi-upload': ROOT,
  '@unpic': path.join(ROOT, 'node_modules/@unpic'),
};

/** Runs a module of Node.js in a folder where the packages are installed. Returns what the module prints. */
async function printedBy(code: string, place: Place): Promise<string> {
  const modules = path.join(place.folder, 'node_modules');
  await mkdir(modules, { recursive: true });
  for (const [name, folder] of Object.entries(PACKAGES)) {
    await symlink(folder, path.join(modules, name)).catch((error) => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    });
  }
  const file = path.join(place.folder, 'front-end.mjs');
  await writeFile(file, code);
  return run(process.execPath, [file], place);
}

/** Tests a module that prints what the comments after each call say. */
export const printsItsComments: Try = async ({ code }, place) => {
  const comments = code.split('\n').filter((line) => line.startsWith('// '));
  const expected = comments.map((line) => line.slice('// '.length)).join('\n');
  expect((await printedBy(code, place)).trim()).toBe(expected);
};

/** Tests a module that uploads `1.png`, and prints the progress and then the URL. */
export const uploadsWithClient: Try = async ({ code }, place) => {
  const lines = (await printedBy(addressed(code, place), place)).trim().split('\n');
  const url = lines.pop() ?? '';
  expect(lines.at(-1)).toBe('100 %');
  await request(place.server.url).get(url).expect(200).expect('Content-Type', 'image/png');
};

/** Gives a cover to a restaurant, and returns the covers of all restaurants. */
export async function restaurantCovers({ server }: Place): Promise<ImageFile[]> {
  const picture = await samples.jpeg({ width: 1500, height: 1000 });
  const link = { ref: 'api::restaurant.restaurant', refId: '2', field: 'cover' };
  await sendFile(server, 'cover.jpg', picture, { info: { focalPoint: { x: 25, y: 40 } } })
    .field(link)
    .expect(201);
  const { body } = await request(server.url).get('/api/restaurants?populate=cover').expect(200);
  const covers = body.data.map(({ cover }: { cover: ImageFile | null }) => cover);
  return covers.filter((cover: ImageFile | null) => cover !== null);
}

/** Tests a page that shows the covers of all restaurants in half of its width. */
export const showsCovers: Try = async (block, place) => {
  const covers = await restaurantCovers(place);
  await inPage(block, place, async (page) => {
    await page.waitForFunction(
      (count) =>
        document.images.length === count &&
        Array.from(document.images).every(
          ({ complete, naturalWidth }) => complete && naturalWidth > 0
        ),
      covers.length
    );
    const shown = await page.evaluate(() =>
      Array.from(document.images, (image) => [image.currentSrc, image.style.objectPosition])
    );
    const width = await page.evaluate(() => window.innerWidth / 2);
    expect(shown.map(([address = '']) => address.split('?')[0])).toEqual(
      covers.map(({ url }) => place.server.url + url)
    );
    for (const [address] of shown) {
      expect(address).toMatch(new RegExp(`\\?format=avif&v=\\w+&width=${width}$`));
    }
    expect(shown.map(([, position]) => position)).toContain('25% 40%');
  });
};

/** Tests a page that uploads the chosen files, and lists them or the reasons why they are refused. */
export const uploadsWithProgress: Try = (block, place) =>
  inPage(block, place, async (page) => {
    const file = (name: string, text: string) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
    const lines = page.locator('li');
    await page.locator('input').setInputFiles([file('a.txt', 'one'), file('b.txt', 'two')]);
    await lines.nth(1).waitFor();
    expect(await lines.allTextContents()).toEqual([
      expect.stringMatching(/^a\.txt: \/uploads\//),
      expect.stringMatching(/^b\.txt: \/uploads\//),
    ]);
    expect(await page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value)).toBe(
      1
    );

    await page.locator('input').setInputFiles([file('empty.txt', '')]);
    await lines.nth(2).waitFor();
    expect(await lines.nth(2).textContent()).toBe('empty.txt: EMPTY');
  });
