import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { pluginsWith } from '../support/config';
import { startServer, type Server } from '../support/server';
import { launchBrowser } from './browser';

/** Paints itself red where its style counts, and tells on itself where its script runs. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">
  <style>rect { fill: rgb(255, 0, 0); }</style>
  <rect width="10" height="10"/>
  <image href="/uploads/spied.png" width="1" height="1"/>
  <script>fetch('/uploads/spied.txt'); document.documentElement.id = 'ran';</script>
</svg>`;

/** One page, with the parts that viewers ask for. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

const FILES = {
  'active.svg': SVG,
  'active.html': '<!doctype html><p>page</p><script>fetch("/uploads/spied.txt")</script>',
  'active.xml':
    '<x><script xmlns="http://www.w3.org/1999/xhtml">fetch("/uploads/spied.txt")</script></x>',
  'paper.pdf': PDF,
  'note.txt': '<b>plain</b>',
};

/** As strangers' files come to be served: put there as they are, without the steps of an upload. */
describe.each([
  ['the ordinary place', false],
  ['the early place', true],
])('stored files in Chromium, served in %s', (_name, early) => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let asked: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({
      files: {
        'config/plugins.js': pluginsWith({ serving: { early } }),
        'public/blank.html': '<!doctype html><title>blank</title>',
      },
    });
    for (const [name, content] of Object.entries(FILES)) {
      await writeFile(path.join(server.project.uploads, name), content);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    asked = [];
    // What the policy blocks is a request too, which never leaves.
    page.on('response', (response) => asked.push(new URL(response.url()).pathname));
  });
  afterEach(() => page?.context().close());

  const at = (name: string) => `${server.url}/uploads/${name}`;
  const spied = () => asked.filter((name) => name.includes('spied'));

  it('shows an SVG that is opened, with its style; nothing in it runs or is fetched', async () => {
    await page.goto(at('active.svg'), { waitUntil: 'networkidle' });
    const [fill, id] = await page.evaluate(() => [
      getComputedStyle(document.querySelector('rect')!).fill,
      document.documentElement.id,
    ]);
    expect([fill, id, spied()]).toEqual(['rgb(255, 0, 0)', '', []]);
  });

  it('shows an SVG in a page as before, with its style', async () => {
    await page.goto(`${server.url}/blank.html`);
    const pixel = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      document.body.append(image);
      await image.decode();
      const context = document.createElement('canvas').getContext('2d')!;
      context.drawImage(image, 0, 0);
      return [...context.getImageData(5, 5, 1, 1).data];
    }, at('active.svg'));
    expect([pixel, spied()]).toEqual([[255, 0, 0, 255], []]);
  });

  it.each(['active.html', 'active.xml'])('downloads %s instead of opening it', async (name) => {
    const download = page.waitForEvent('download');
    await page.goto(at(name)).catch(() => {});
    expect((await download).suggestedFilename()).toBe(name);
    expect(spied()).toEqual([]);
  });

  it.each(['active.html', 'active.xml'])('runs nothing of %s in a frame either', async (name) => {
    await page.goto(`${server.url}/blank.html`);
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, at(name));
    await page.waitForLoadState('networkidle');
    expect(asked).toContain(`/uploads/${name}`);
    expect(spied()).toEqual([]);
  });

  it('shows a PDF in the viewer', async () => {
    await page.goto(at('paper.pdf'), { waitUntil: 'networkidle' });
    // The viewer is dark, and the page is white: the one sign that both are there.
    const centre = { left: 790, top: 200, width: 1, height: 1 };
    const seen = async () =>
      (
        await sharp(await page.screenshot())
          .extract(centre)
          .raw()
          .toBuffer()
      )[0];
    let shade = await seen();
    for (let tries = 0; shade !== 255 && tries < 50; tries += 1) {
      await page.waitForTimeout(100);
      shade = await seen();
    }
    expect(shade).toBe(255);
  });

  it('shows text as text', async () => {
    await page.goto(at('note.txt'));
    expect(await page.evaluate(() => document.body.innerText)).toBe('<b>plain</b>');
  });
});
