import sharp from 'sharp';
import { quarters } from '../support/pixels';
import { send, sharedPictureServer } from '../support/picture-server';
import { eventually } from '../support/ledger';
import * as samples from '../support/samples';
import { stateOf } from '../support/state';

let site: Awaited<ReturnType<typeof sharedPictureServer>>;
let jpeg: Buffer;

beforeAll(async () => {
  site = await sharedPictureServer();
  jpeg = await quarters(1600, 1200).jpeg({ quality: 30 }).toBuffer();
});
afterAll(() => site.server.stop());

const unformatted = { width: 1600, height: 1200, formats: null };

describe('a picture that is too large for', () => {
  it.each([
    ['images.maxPixels', { maxPixels: 1_900_000 }],
    ['images.memoryBudget', { memoryBudget: 5_000_000 }],
  ])(
    '%s is stored as it is, with its size and without formats; the log says why',
    async (key, images) => {
      await site.configure(images);
      const file = await site.upload('large.jpg', jpeg);
      expect(file).toMatchObject(unformatted);
      expect((await site.bytes(file.url)).equals(jpeg)).toBe(true);
      expect(site.server.output()).toMatch(new RegExp(`large.jpg.*without formats.*${key}`));
      await site.configure({});
      expect((await site.upload('large.jpg', jpeg)).formats).toHaveProperty('large');
    }
  );

  it('images.maxPixels: all frames count', async () => {
    await site.configure({ maxPixels: 250_000 });
    const file = await site.upload('frames.gif', await samples.animatedGif());
    expect(file).toMatchObject({ width: 400, height: 300, formats: null });
  });
});

it('of a document only the page counts that is decoded', async () => {
  await site.configure({ maxPixels: 700_000 });
  const pages = await Promise.all([1, 2, 3].map(() => quarters(800, 600).png().toBuffer()));
  const tiff = await sharp(pages, { join: { animated: true } })
    .tiff()
    .toBuffer();
  expect((await site.upload('pages.tiff', tiff)).formats).toHaveProperty('small');
});

it('a picture whose turn does not come within images.maxWait is stored without formats', async () => {
  // Decoding this image takes a while on any machine.
  const long = await quarters(5000, 4000).webp({ lossless: false, effort: 0 }).toBuffer();
  await site.configure({ maxWait: 1, memoryBudget: 190_000_000 });
  const answers = await Promise.all(
    [1, 2, 3].map((n) => send(site.server, 'a.webp', Buffer.concat([long, Buffer.alloc(n * 2)])))
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const files = answers.map(({ body }) => body[0]);
  expect(files.filter(({ formats }) => formats === null).length).toBeGreaterThan(0);
  expect(files.filter(({ formats }) => formats !== null).length).toBeGreaterThan(0);
  expect(files.every(({ width, height }) => width === 5000 && height === 4000)).toBe(true);
});

/** Starts to count the images whose processing begins, and returns the count so far. */
const begun = () =>
  site.server.inside((strapi) => {
    type Admit = (bytes: number, work: () => unknown, wait?: object) => unknown;
    const counter = globalThis as unknown as { begun?: number };
    const { imageMaker } = strapi.get('strapi-upload.container').images as {
      imageMaker: { deps: { admission: { admit: Admit } } };
    };
    const { admission } = imageMaker.deps;
    if (counter.begun === undefined) {
      counter.begun = 0;
      const admit = admission.admit.bind(admission);
      admission.admit = (bytes, work, wait) => {
        const counted = () => {
          counter.begun! += 1;
          return work();
        };
        return admit(bytes, counted, wait);
      };
    }
    return counter.begun;
  });

it('what is sent several times at once is made once', async () => {
  await site.configure({});
  const before = await begun();
  const photo = await quarters(4000, 3000).jpeg({ quality: 30 }).toBuffer();
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(site.server, 'same.jpg', photo)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body[0].formats.large.url)).size).toBe(4);
  expect((await begun()) - before).toBeLessThan(4);
  for (const { body } of answers) {
    const large = await site.bytes(body[0].formats.large.url);
    expect(await sharp(large).metadata()).toMatchObject({ width: 1000, height: 750 });
  }
});

it('a request whose client goes away stops its work and leaves nothing', async () => {
  await site.configure({});
  await site.upload('first.jpg', jpeg);
  const state = await stateOf(site.server);
  const before = await begun();
  const photo = await quarters(6000, 4000).webp({ effort: 0 }).toBuffer();
  const form = new FormData();
  for (let count = 1; count <= 8; count += 1) {
    // The bytes differ, because the server processes equal images only once.
    form.append('files', new Blob([photo, Buffer.alloc(count * 2)]), `${count}.webp`);
  }
  const gone = new AbortController();
  const answer = fetch(`${site.server.url}/api/upload`, {
    method: 'POST',
    body: form,
    signal: gone.signal,
  });
  await eventually(async () => (await begun()) > before, 'the work is begun');
  gone.abort();
  await expect(answer).rejects.toThrow();
  await eventually(async () => {
    const { uploads, temp } = await stateOf(site.server);
    return uploads.length === state.uploads.length && temp.length === state.temp.length;
  }, 'nothing is left');
  expect((await begun()) - before).toBeLessThan(8);
  expect(await stateOf(site.server)).toEqual(state);
});
