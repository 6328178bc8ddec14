import { quarters } from '../support/pixels';
import { pluginsWith } from '../support/config';
import { expectNothingLeftOver } from '../support/consistency';
import { eventually } from '../support/ledger';
import { send, startPictureServer } from '../support/picture-server';
import { endPictureThread } from '../support/picture-thread';

let site: Awaited<ReturnType<typeof startPictureServer>>;

beforeAll(async () => {
  const sharp = { cache: { memory: 7, files: 3, items: 5 }, concurrency: 3 };
  site = await startPictureServer({
    files: {
      'config/plugins.js': pluginsWith({ sharp }),
      // The project's own setting of sharp must stay in force.
      'src/index.js': `module.exports = { bootstrap: () => void require('sharp').concurrency(2) };`,
    },
  });
});
afterAll(() => site.server.stop());

/** Whether the thread exists, and sharp's settings for the whole process. */
const inside = () =>
  site.server.inside((strapi) => {
    const { renderer } = strapi.get('strapi-upload.container').images as {
      renderer: { thread: unknown };
    };
    const { createRequire } = process.getBuiltinModule('node:module');
    const sharp = createRequire(`${process.cwd()}/`)('sharp') as typeof import('sharp');
    const { memory, files, items } = sharp.cache(undefined as never) as unknown as Record<
      string,
      { max: number }
    >;
    return {
      hasThread: renderer.thread !== null,
      concurrency: sharp.concurrency(),
      cache: [memory!.max, files!.max, items!.max],
    };
  });

it('begins with the server, and leaves the settings of sharp as they are', async () => {
  const expected = { hasThread: true, concurrency: 2, cache: [7, 3, 5] };
  expect((await inside()).hasThread).toBe(true);
  await site.upload('a.png', await quarters(800, 600).png().toBuffer());
  expect(await inside()).toEqual(expected);
});

it('ends with an answer of 500 for the picture it was at, and begins anew with the next', async () => {
  const photo = await quarters(5000, 4000).webp({ effort: 0 }).toBuffer();
  const small = await quarters(800, 600).png().toBuffer();
  const answer = send(site.server, 'large.webp', photo).then((response) => response);
  expect(await endPictureThread(site.server)).toBeGreaterThan(0);
  expect((await answer).status).toBe(500);
  expect(site.server.output()).toMatch(/The thread that processes images has ended/);
  await eventually(() => expectNothingLeftOver(site.server).then(() => true), 'nothing is left');
  const { formats } = await site.upload('a.png', small);
  expect(Object.keys(formats!)).toContain('thumbnail');
});

it('that cannot be begun is not the picture’s fault', async () => {
  const small = await quarters(800, 600).png().toBuffer();
  await site.server.inside(async (strapi) => {
    const { renderer } = strapi.get('strapi-upload.container').images as {
      renderer: { close(): Promise<void>; start?: () => never };
    };
    await renderer.close();
    renderer.start = () => {
      throw new Error('no more threads here');
    };
  });
  expect((await send(site.server, 'a.png', small)).status).toBe(500);
  expect(site.server.output()).toMatch(/no more threads here/);
  await site.server.inside((strapi) => {
    const { renderer } = strapi.get('strapi-upload.container').images as {
      renderer: { start?: () => never };
    };
    delete renderer.start;
  });
  await site.upload('a.png', small);
});
