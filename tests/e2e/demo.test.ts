import type { Browser, Locator, Page } from 'playwright-core';
import { createRestaurant } from '../support/entries';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { keepScreenshot, launchBrowser, watchScriptErrors } from './browser';
import {
  countFiles,
  getFile,
  getRestaurant,
  uploadFile,
  type Answer,
  type StoredFile,
} from './rest';

const UPLOAD = 'Upload files';
const LINK = 'Upload entry files';
const FILE_INFO = 'Update fileInfo';

const aPng = async (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await samples.png(),
});
const aJpeg = async (name: string) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await samples.jpeg(),
});

describe('the demo page in Chromium', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let scriptErrors: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({ env: { PLAYGROUND_SEED: 'true' } });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    scriptErrors = watchScriptErrors(page);
  });
  afterEach(async () => {
    await page?.context().close();
    expect(scriptErrors).toEqual([]);
  });

  /** Opens the demo page, and waits until its lists are loaded. */
  const open = async () => {
    await page.goto(`${server.url}/demo.html`, { waitUntil: 'networkidle' });
  };
  const card = (title: string) => page.getByRole('region', { name: title, exact: true });
  const input = (title: string, label: string) => card(title).getByLabel(label, { exact: true });
  const fileTile = (id: number) => page.locator(`#gallery [data-file-id="${id}"]`);
  const restaurantTile = (id: number) => page.locator(`[data-restaurant-id="${id}"]`);

  describe('upload form', () => {
    it('uploads the chosen pictures and shows them', async () => {
      await open();
      const names = ['Größe "ü" 😀.png', 'Sonne über São Paulo.jpg'];
      await input(UPLOAD, 'Files').setInputFiles([await aPng(names[0]!), await aJpeg(names[1]!)]);
      const { status, body, message } = await submit<StoredFile[]>(card(UPLOAD));

      expect(status).toBe(201);
      expect(body.map(({ name }) => name)).toEqual(names);
      expect(message).toBe(`201 Created: ${names.join(', ')}`);
      for (const { id, name } of body) {
        expect(await loadedWidth(fileTile(id).getByRole('img', { name }))).toBeGreaterThan(0);
        expect(await fileTile(id).getByRole('link').textContent()).toBe(name);
        expect((await getFile(server, id)).body.name).toBe(name);
      }
      await keepScreenshot(page, 'demo-upload');
    });

    it('forgets the files that were sent', async () => {
      await open();
      await input(UPLOAD, 'Files').setInputFiles(await aPng('once.png'));
      expect((await submit(card(UPLOAD))).status).toBe(201);
      const count = await countFiles(server);

      expect((await submit(card(UPLOAD))).status).toBe(400);
      expect(await countFiles(server)).toBe(count);
    });

    it('shows why nothing happens when no file is chosen', async () => {
      await open();
      const [count, uploaded] = [await countFiles(server), await server.uploaded()];
      const sent = page.waitForRequest(`${server.url}/api/upload`);
      const { status, body, message } = await submit(card(UPLOAD));

      // Browsers send a file input without a chosen file as a file without a name.
      expect((await sent).postData()).toContain('name="files"; filename=""');
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ name: 'ValidationError', message: 'Files are empty' });
      expect(message).toBe('400 Bad Request: Files are empty');
      expect(await countFiles(server)).toBe(count);
      expect(await server.uploaded()).toEqual(uploaded);
      await keepScreenshot(page, 'demo-nothing-chosen');
    });
  });

  describe('linked upload form', () => {
    /** Chooses the restaurant with its button, and sends an image with the form. */
    const link = async (restaurantId: number, picture: string) => {
      await restaurantTile(restaurantId).getByRole('button', { name: 'Link files' }).click();
      await input(LINK, 'Files').setInputFiles(await aJpeg(picture));
      return submit<StoredFile[]>(card(LINK));
    };

    it('makes the picture the cover of the restaurant', async () => {
      const { documentId, published } = await createRestaurant(server, 'Zur Post');
      await open();
      expect(await restaurantTile(published).textContent()).toContain('no cover');
      const { status, body } = await link(published, 'Zur Post.jpg');

      expect(status).toBe(201);
      const cover = restaurantTile(published).getByRole('img', { name: 'Zur Post.jpg' });
      expect(await loadedWidth(cover)).toBeGreaterThan(0);
      expect((await getRestaurant(server, documentId)).cover).toMatchObject({
        id: body[0]?.id,
        name: 'Zur Post.jpg',
      });
      await keepScreenshot(page, 'demo-linked');
    });

    it('puts a second picture in the place of the first, which stays in the library', async () => {
      const { documentId, published } = await createRestaurant(server, 'Le Deuxième');
      await open();
      const first = await link(published, 'first.jpg');
      await restaurantTile(published).getByRole('img', { name: 'first.jpg' }).waitFor();
      const second = await link(published, 'second.jpg');
      await restaurantTile(published).getByRole('img', { name: 'second.jpg' }).waitFor();

      expect([first.status, second.status]).toEqual([201, 201]);
      const { cover } = await getRestaurant(server, documentId);
      expect(cover?.id).toBe(second.body[0]!.id);
      expect(await restaurantTile(published).getByRole('img').count()).toBe(1);
      const firstFile = await getFile(server, first.body[0]!.id);
      expect(firstFile.status).toBe(200);
      expect((await fetch(server.url + firstFile.body.url)).status).toBe(200);
      expect(await loadedWidth(fileTile(firstFile.body.id).getByRole('img'))).toBeGreaterThan(0);
    });

    it('adds several pictures to the attribute for many, in their order', async () => {
      const { documentId, published } = await createRestaurant(server, 'Zu den drei Bildern');
      await open();
      await restaurantTile(published).getByRole('button', { name: 'Link files' }).click();
      await input(LINK, 'Files').setInputFiles([
        await aPng('b.png'),
        await aPng('a.png'),
        await aPng('c.png'),
      ]);
      await input(LINK, 'Attribute field').fill('covers');
      expect((await submit(card(LINK))).status).toBe(201);

      await restaurantTile(published).getByText('covers: 3').waitFor();
      const { covers } = await getRestaurant(server, documentId);
      expect(covers?.map(({ name }) => name)).toEqual(['b.png', 'a.png', 'c.png']);
    });

    it.each([
      {
        what: 'an attribute that does not exist',
        fill: { 'Attribute field': 'nothing' },
        status: 400,
        shown: '400 Bad Request: field: "nothing" is not a media attribute',
      },
      {
        what: 'an entry that does not exist',
        fill: { 'Entry refId, its numeric id': '999999' },
        status: 404,
        shown: '404 Not Found: refId: api::restaurant.restaurant has no entry "999999"',
      },
      {
        what: 'a model that does not exist',
        fill: { 'Model ref': 'api::nothing.nothing' },
        status: 400,
        shown: '400 Bad Request: ref: there is no model "api::nothing.nothing"',
      },
    ])('shows that $what cannot be linked, and stores nothing', async ({ fill, status, shown }) => {
      await open();
      const [count, uploaded] = [await countFiles(server), await server.uploaded()];
      await input(LINK, 'Files').setInputFiles(await aJpeg('lost.jpg'));
      for (const [label, value] of Object.entries(fill)) {
        await input(LINK, label).fill(value!);
      }
      const answer = await submit(card(LINK));

      expect(answer.status).toBe(status);
      expect(answer.message).toContain(shown);
      expect(await countFiles(server)).toBe(count);
      expect(await server.uploaded()).toEqual(uploaded);
      await keepScreenshot(page, `demo-link-refused-${status}`);
    });
  });

  it('changes caption and alternative text of a file', async () => {
    const { id } = await uploadFile(server, await aPng('untold.png'));
    await open();
    await fileTile(id).getByRole('button', { name: 'Edit info' }).click();
    expect(await input(FILE_INFO, 'File id').inputValue()).toBe(String(id));
    await input(FILE_INFO, 'Alternative text').fill('Ein rotes "Rechteck" ★');
    await input(FILE_INFO, 'Caption').fill('Größer als ein Komma: ;');
    const { status, message } = await submit(card(FILE_INFO));

    expect(status).toBe(200);
    expect(message).toBe('200 OK: untold.png');
    expect((await getFile(server, id)).body).toMatchObject({
      name: 'untold.png',
      alternativeText: 'Ein rotes "Rechteck" ★',
      caption: 'Größer als ein Komma: ;',
    });
    await fileTile(id).getByText('Größer als ein Komma: ;').waitFor();
    await fileTile(id).getByRole('img', { name: 'Ein rotes "Rechteck" ★' }).waitFor();
    await keepScreenshot(page, 'demo-file-info');
  });

  it('deletes a file with everything that was stored of it', async () => {
    const uploaded = await server.uploaded();
    const { id, url } = await uploadFile(server, await aJpeg('short-lived.jpg'));
    await open();
    await fileTile(id).getByRole('button', { name: 'Delete' }).click();
    await fileTile(id).waitFor({ state: 'detached' });

    expect((await getFile(server, id)).status).toBe(404);
    expect((await fetch(server.url + url)).status).toBe(404);
    expect(await server.uploaded()).toEqual(uploaded);
  });

  it('needs no sideways scrolling on a phone', async () => {
    await uploadFile(server, await aJpeg(`${'a-name-without-any-space-'.repeat(4)}.jpg`));
    await page.setViewportSize({ width: 360, height: 740 });
    await open();
    const [content, window] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });

    expect(content).toBe(window);
    await keepScreenshot(page, 'demo-phone');
  });
});

/** Submits the form in a card of the demo page, and returns the answer that the page then shows. */
async function submit<T = unknown>(card: Locator): Promise<Answer<T> & { message: string }> {
  await card.locator('button[type=submit]').click();
  const result = card.locator('[data-status]');
  await result.waitFor();
  return {
    status: Number(await result.getAttribute('data-status')),
    body: JSON.parse((await result.textContent()) ?? ''),
    message: (await card.getByRole('status').textContent()) ?? '',
  };
}

/** Waits for the image and returns the loaded width. Throws if the image is broken. */
async function loadedWidth(image: Locator): Promise<number> {
  await image.scrollIntoViewIfNeeded();
  return image.evaluate(async (element: HTMLImageElement) => {
    await element.decode();
    return element.naturalWidth;
  });
}
