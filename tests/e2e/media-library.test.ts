import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { chooseFiles, signUp, type ChosenFile } from './admin-panel';
import { decodeImages, keepScreenshot, launchBrowser, watchScriptErrors } from './browser';
import { MediaLibrary } from './media-library';
import { fileNamed, getFile } from './rest';

/** A JPEG whose pixels are noise, so that the file is not tiny. */
const photo = async (name: string, width = 1600, height = 1200): Promise<ChosenFile> => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await samples.jpeg({ width, height }),
});
const text = (name: string, bytes = 10): ChosenFile => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.alloc(bytes, 'x'),
});

describe('the Media Library in Chromium', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let library: MediaLibrary;
  let scriptErrors: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({ adminPanel: true, env: { PLAYGROUND_SEED: 'true' } });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    scriptErrors = watchScriptErrors(page);
    library = new MediaLibrary(page, server);
    await signUp(page, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(() => library.open());
  afterEach(() => {
    expect(scriptErrors.splice(0)).toEqual([]);
  });

  it('uploads the files that are chosen in its dialog', async () => {
    await library.upload(await photo('beach.jpg'), text('list.txt'));
    await keepScreenshot(page, 'library-uploaded');

    expect(await fileNamed(server, 'beach.jpg')).toMatchObject({ mime: 'image/jpeg', width: 1600 });
    expect(await fileNamed(server, 'list.txt')).toMatchObject({ mime: 'text/plain', width: null });
    const picture = library.tile('beach.jpg').locator('img').first();
    expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  });

  it('uploads files that are dropped into it', async () => {
    const { drop } = await library.drag([
      await photo('dropped.jpg', 600, 400),
      text('dropped.txt'),
    ]);
    await page.getByText('Drop here to upload to').waitFor();
    await keepScreenshot(page, 'library-drag');
    await drop();

    expect(await fileNamed(server, 'dropped.jpg')).toMatchObject({ width: 600, height: 400 });
    expect(await fileNamed(server, 'dropped.txt')).toMatchObject({ mime: 'text/plain' });
  });

  it('shows how far an upload has come', async () => {
    const network = await page.context().newCDPSession(page);
    const throttle = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await throttle(2_000_000);
    await library.startUpload([text('long.txt', 4_000_000)]);
    // The dialog must show a percentage between the beginning and the end.
    await page.getByRole('dialog', { name: /^Uploading 1 item \([1-8]\d%\)$/ }).waitFor();
    await library.uploads.getByRole('progressbar').waitFor();
    await keepScreenshot(page, 'library-progress');
    await throttle(-1);
    await page.getByRole('dialog', { name: 'Upload successful!' }).waitFor();

    expect(await fileNamed(server, 'long.txt')).toMatchObject({ size: 4000 });
  });

  it('says why a file was refused', async () => {
    await library.startUpload([{ ...text('fake.png'), mimeType: 'image/png' }]);
    await library.uploads
      .getByText(/fake\.png/)
      .first()
      .waitFor();
    await library.uploads
      .getByText(/not a picture|cannot be read|picture/i)
      .first()
      .waitFor();
    await keepScreenshot(page, 'library-refused');
  });

  it('makes a folder and moves a file into it', async () => {
    await library.createFolder('Menus');
    await library.upload(text('menu.txt'));
    await library.act('menu.txt', 'Move to folder');
    const dialog = page.getByRole('dialog', { name: 'Move elements to' });
    await dialog.getByLabel('Location').click();
    await page.getByRole('option', { name: 'Menus', exact: true }).click();
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await library.tile('menu.txt').waitFor({ state: 'detached' });
    await library.openFolder('Menus');
    await library.tile('menu.txt').waitFor();
    await keepScreenshot(page, 'library-moved');

    expect(await folderOf(server, 'menu.txt')).toBe('Menus');
  });

  it('changes what is said about a file', async () => {
    await library.upload(await photo('unnamed.jpg', 600, 400));
    await library.openDetails('unnamed.jpg');
    await library.details.getByRole('textbox', { name: 'File name' }).fill('Größe 😀.jpg');
    await library.details.getByRole('textbox', { name: 'Caption' }).fill('The "big" one');
    await library.details.getByRole('textbox', { name: 'Alternative text' }).fill('grey noise');
    await library.details.getByRole('button', { name: 'Save changes' }).click();
    await library.details.getByRole('heading', { name: 'Größe 😀.jpg' }).waitFor();
    await keepScreenshot(page, 'library-details');

    expect(await fileNamed(server, 'Größe 😀.jpg')).toMatchObject({
      caption: 'The "big" one',
      alternativeText: 'grey noise',
    });
  });

  it('crops a picture, at the same address', async () => {
    await library.upload(await photo('wide.jpg', 1600, 1200));
    const before = await fileNamed(server, 'wide.jpg');
    await library.openDetails('wide.jpg');
    await library.details.getByRole('button', { name: 'Crop' }).click();
    // The crop frame appears when the image is loaded.
    await page.waitForLoadState('networkidle');
    await decodeImages(page);
    await page.getByRole('textbox', { name: /width/i }).fill('800');
    await page.keyboard.press('Tab');
    await keepScreenshot(page, 'library-crop');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('File cropped.').waitFor();
    await library.details.getByText('800 × 1200').waitFor();
    await keepScreenshot(page, 'library-cropped');

    const after = await fileNamed(server, 'wide.jpg');
    expect(after).toMatchObject({ id: before.id, url: before.url, width: 800, height: 1200 });
    expect(await servedSize(server, after.url)).toEqual([800, 1200]);
  });

  it('replaces the bytes of a file, at the same address', async () => {
    await library.upload(await photo('old.jpg', 600, 400));
    const before = await fileNamed(server, 'old.jpg');
    await library.openDetails('old.jpg');
    await library.details.getByRole('button', { name: 'Replace this file' }).click();
    const replacement = await photo('new.jpg', 900, 500);
    await chooseFiles(page, [replacement], () =>
      page.getByRole('button', { name: 'Continue' }).click()
    );
    await page.getByText('File replaced.').waitFor();
    await library.details.getByText('900 × 500').waitFor();
    await keepScreenshot(page, 'library-replaced');

    const after = await getFile(server, before.id);
    expect(after.body).toMatchObject({ url: before.url, width: 900, height: 500 });
    expect(await servedSize(server, before.url)).toEqual([900, 500]);
  });

  it('finds files by a part of their name', async () => {
    await library.upload(text('needle-1.txt'), text('hay.txt'), text('needle-2.txt'));
    await page.getByRole('searchbox').fill('NEEDLE');
    await page
      .getByRole('heading', { name: /^Search results for "NEEDLE" \(2 assets\)/ })
      .waitFor();
    await library.tile('hay.txt').waitFor({ state: 'detached' });
    await keepScreenshot(page, 'library-search');

    expect((await library.names()).sort()).toEqual(['needle-1.txt', 'needle-2.txt']);
  });

  it('sorts files by name and by size', async () => {
    const names = ['sort-b.txt', 'sort-a.txt', 'sort-c.txt'];
    await library.upload(...names.map((name, index) => text(name, 1000 * (index + 1))));
    const shown = async () => (await library.names()).filter((name) => names.includes(name));

    await library.sortBy('A to Z');
    await expectSoon(shown, ['sort-a.txt', 'sort-b.txt', 'sort-c.txt']);
    await library.sortBy('Z to A');
    await expectSoon(shown, ['sort-c.txt', 'sort-b.txt', 'sort-a.txt']);
    await library.sortBy('File size ascending');
    await expectSoon(shown, ['sort-b.txt', 'sort-a.txt', 'sort-c.txt']);
    await keepScreenshot(page, 'library-sorted');
  });

  it('deletes what is selected, with everything that was stored of it', async () => {
    const uploaded = await server.uploaded();
    await library.upload(await photo('gone.jpg'), text('gone.txt'));
    const { id } = await fileNamed(server, 'gone.jpg');
    for (const name of ['gone.jpg', 'gone.txt']) {
      await library.tile(name).getByRole('checkbox').click();
    }
    await page
      .getByRole('region', { name: 'Bulk actions' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByRole('alertdialog', { name: 'Delete 2 items?' }).waitFor();
    await keepScreenshot(page, 'library-delete');
    // While the dialog is open, the tiles cannot be found by their roles, so missing tiles do not mean that the files
    // are deleted. Wait for the answer, too.
    await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/upload/actions/bulk-delete')),
      page.getByRole('button', { name: 'Confirm' }).click(),
    ]);
    await library.tile('gone.jpg').waitFor({ state: 'detached' });
    await library.tile('gone.txt').waitFor({ state: 'detached' });

    expect((await getFile(server, id)).status).toBe(404);
    expect(await server.uploaded()).toEqual(uploaded);
  });
});

/** Name of the folder of a file. */
const folderOf = (server: Server, name: string): Promise<string | undefined> =>
  server.inside(async (strapi, name) => {
    const files = strapi.db.query('plugin::upload.file');
    return (await files.findOne({ where: { name }, populate: ['folder'] }))?.folder?.name;
  }, name);

/** Width and height in pixels of the image at an address. */
async function servedSize(server: Server, address: string): Promise<number[]> {
  const response = await fetch(server.url + address);
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  return [width, height];
}

/** Waits until `look` returns the expected value. If it never does, the test fails with the last value. */
async function expectSoon<T>(look: () => Promise<T>, expected: T): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    if (JSON.stringify(await look()) === JSON.stringify(expected)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await look()).toEqual(expected);
}
