import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { pluginsWith } from '../support/config';
import { eventually } from '../support/ledger';
import { startServer, type Server } from '../support/server';
import { chromium, firefox, type Viewer, type ViewingBrowser } from './viewer';

/** A harmful script for files: it sends a request with the rights of the user who opens the file. */
const SPY = 'fetch("/uploads/spied.txt")';

/** An SVG that is red if the browser applies its style, and that reveals whether its script runs. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">
  <style>rect { fill: rgb(255, 0, 0); }</style>
  <rect width="10" height="10"/>
  <image href="/uploads/spied.png" width="1" height="1"/>
  <script>${SPY}; document.documentElement.id = 'ran';</script>
</svg>`;

/** A PDF with one red page and all parts that viewers need. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj
4 0 obj<</Length 25>>stream
1 0 0 rg 0 0 200 200 re f
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
`;

const FILES = {
  'active.svg': SVG,
  'active.html': `<!doctype html><p>page</p><script>${SPY}</script>`,
  'active.xml': `<x><script xmlns="http://www.w3.org/1999/xhtml">${SPY}</script></x>`,
  'paper.pdf': PDF,
  'note.txt': '<b>plain</b>',
};

const BROWSERS = { Chromium: chromium, Firefox: firefox };

const CASES = Object.entries(BROWSERS).flatMap(([name, launch]) => [
  [name, 'the ordinary place', launch, false] as const,
  [name, 'the early place', launch, true] as const,
]);

/** The tests write hostile files directly to the folder, so that no step of an upload makes them harmless. */
describe.each(CASES)('stored files in %s, served in %s', (_name, _place, launch, early) => {
  let browser: ViewingBrowser;
  let server: Server;
  let viewer: Viewer;

  beforeAll(async () => {
    browser = await launch();
    server = await startServer({
      files: {
        'config/plugins.js': pluginsWith({ serving: { early } }),
        'public/blank.html': '<!doctype html><title>blank</title>',
        'public/spying.html': '<!doctype html><script src="/spying.js"></script>',
        'public/spying.js': SPY,
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
    viewer = await browser.newViewer();
  });
  afterEach(() => viewer?.close());

  const at = (name: string) => `${server.url}/uploads/${name}`;
  const spied = () => viewer.asked.filter((name) => name.includes('spied'));

  it('lets a page of the site itself do what those files try: it would be seen', async () => {
    await viewer.open(`${server.url}/spying.html`);
    await viewer.idle();
    expect(spied()).toEqual(['/uploads/spied.txt']);
  });

  it('shows an SVG that is opened, with its style; nothing in it runs or is fetched', async () => {
    await viewer.open(at('active.svg'));
    await viewer.idle();
    const seen = await viewer.evaluate(
      () => [getComputedStyle(document.querySelector('rect')!).fill, document.documentElement.id],
      null
    );
    expect([...seen, spied()]).toEqual(['rgb(255, 0, 0)', '', []]);
  });

  it('shows an SVG in a page as before, with its style', async () => {
    await viewer.open(`${server.url}/blank.html`);
    const pixel = await viewer.evaluate(async (url) => {
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
    await viewer.open(at(name));
    await eventually(async () => (await viewer.downloads()).length > 0, 'it is saved');
    expect(await viewer.downloads()).toEqual([name]);
    expect(spied()).toEqual([]);
  });

  it.each(['active.html', 'active.xml'])('runs nothing of %s in a frame either', async (name) => {
    await viewer.open(`${server.url}/blank.html`);
    await viewer.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, at(name));
    await eventually(async () => viewer.asked.includes(`/uploads/${name}`), 'it is asked for');
    await viewer.idle();
    expect(spied()).toEqual([]);
  });

  it('shows a PDF in the viewer', async () => {
    await viewer.open(at('paper.pdf'));
    await eventually(async () => (await redPixels()) > 10_000, 'its page is seen', 20);
    expect(await viewer.downloads()).toEqual([]);
    expect(viewer.complaints).toEqual([]);
  });

  /** Number of red pixels in the window. The test files are red. */
  const redPixels = async (): Promise<number> => {
    const { data, info } = await sharp(await viewer.screenshot())
      .raw()
      .toBuffer({ resolveWithObject: true });
    let count = 0;
    for (let at = 0; at < data.length; at += info.channels) {
      count += data[at] === 255 && data[at + 1] === 0 && data[at + 2] === 0 ? 1 : 0;
    }
    return count;
  };

  it('shows text as text', async () => {
    await viewer.open(at('note.txt'));
    expect(await viewer.evaluate(() => document.body.innerText, null)).toBe('<b>plain</b>');
  });
});
