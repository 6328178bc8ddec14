import type { Browser, Page } from 'playwright-core';
import { createRestaurant } from '../support/entries';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { keepScreenshot, launchBrowser, watchScriptErrors } from './browser';
import { LINK_FORM, UPDATE_SCRIPT, UPLOAD_FORM } from './documented-examples';
import { countFiles, getFile, getRestaurant, uploadFile, type StoredFile } from './rest';

const aPng = async (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await samples.png(),
});
const aCsv = (name: string) => ({ name, mimeType: 'text/csv', buffer: samples.csv() });

describe('the examples of the documentation in Chromium', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let scriptErrors: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({
      env: { PLAYGROUND_SEED: 'true' },
      files: { 'public/upload.html': UPLOAD_FORM, 'public/link.html': LINK_FORM },
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    // Strapi's default Content-Security-Policy forbids the scripts inside the pages of these examples.
    page = await browser.newPage({ bypassCSP: true });
    scriptErrors = watchScriptErrors(page);
  });
  afterEach(async () => {
    await page?.context().close();
    expect(scriptErrors).toEqual([]);
  });

  const files = () => page.locator('input[name=files]');

  /** Lets the file input take several files. The comments in the documented forms allow this. */
  const allowSeveral = () =>
    files().evaluate((input: HTMLInputElement) => void (input.multiple = true));

  /** Submits the form and returns the server's answer to its script. */
  const submit = async () => {
    const answered = page.waitForResponse(`${server.url}/api/upload`);
    await page.getByRole('button', { name: 'Submit' }).click();
    const response = await answered;
    expect(new URL(page.url()).search).toBe(''); // the browser has not sent the form as a GET
    return {
      status: response.status(),
      body: (await response.json()) as StoredFile[] & { error?: { message: string } },
    };
  };

  describe('upload form', () => {
    it('uploads one file', async () => {
      await page.goto(`${server.url}/upload.html`);
      await files().setInputFiles(await aPng('eins.png'));
      const { status, body } = await submit();

      expect(status).toBe(201);
      expect(body).toHaveLength(1);
      expect((await getFile(server, body[0]!.id)).body).toMatchObject({
        name: 'eins.png',
        mime: 'image/png',
        width: 600,
      });
      await keepScreenshot(page, 'documented-upload');
    });

    it('uploads several files in the order in which they were chosen', async () => {
      await page.goto(`${server.url}/upload.html`);
      await allowSeveral();
      const chosen = [await aPng('c.png'), aCsv('a.csv'), await aPng('b.png'), aCsv('d.csv')];
      await files().setInputFiles(chosen);
      const { status, body } = await submit();

      expect(status).toBe(201);
      expect(body.map(({ name }) => name)).toEqual(['c.png', 'a.csv', 'b.png', 'd.csv']);
      for (const { id, name } of body) {
        const stored = await getFile(server, id);
        expect(stored.body.name).toBe(name);
        expect((await fetch(server.url + stored.body.url)).status).toBe(200);
      }
    });

    it('refuses a submission without a file', async () => {
      await page.goto(`${server.url}/upload.html`);
      const count = await countFiles(server);
      const { status, body } = await submit();

      expect(status).toBe(400);
      expect(body.error?.message).toBe('Files are empty');
      expect(await countFiles(server)).toBe(count);
    });
  });

  describe('form for entry files', () => {
    it.each([
      { what: 'numeric id', key: 'published' },
      { what: 'documentId', key: 'documentId' },
    ] as const)('links a file to the entry whose $what is given as refId', async ({ key }) => {
      const restaurant = await createRestaurant(server);
      await page.goto(`${server.url}/link.html`);
      await files().setInputFiles(await aPng('cover.png'));
      await page.locator('input[name=refId]').fill(String(restaurant[key]));
      const { status, body } = await submit();

      expect(status).toBe(201);
      expect((await getRestaurant(server, restaurant.documentId)).cover).toMatchObject({
        id: body[0]?.id,
        name: 'cover.png',
      });
      await keepScreenshot(page, 'documented-link');
    });

    it('links several files to an attribute for many', async () => {
      const { documentId, published } = await createRestaurant(server);
      await page.goto(`${server.url}/link.html`);
      await allowSeveral();
      await files().setInputFiles([await aPng('b.png'), await aPng('a.png')]);
      await page.locator('input[name=refId]').fill(String(published));
      await page.locator('input[name=field]').fill('covers');
      const { status, body } = await submit();

      expect(status).toBe(201);
      expect(body.map(({ name }) => name)).toEqual(['b.png', 'a.png']);
      const { cover, covers } = await getRestaurant(server, documentId);
      expect(covers?.map(({ name }) => name)).toEqual(['b.png', 'a.png']);
      expect(cover).toBeNull();
    });

    it('says that the printed entry does not exist, and stores nothing', async () => {
      await page.goto(`${server.url}/link.html`);
      const [count, uploaded] = [await countFiles(server), await server.uploaded()];
      await files().setInputFiles(await aPng('nowhere.png'));
      const { status, body } = await submit();

      expect(status).toBe(404);
      expect(body.error?.message).toContain('5c126648c7415f0c0ef1bccd');
      expect(await countFiles(server)).toBe(count);
      expect(await server.uploaded()).toEqual(uploaded);
    });
  });

  it('changes the alternative text with the fileInfo example', async () => {
    const { id } = await uploadFile(server, await aPng('silent.png'));
    const script = UPDATE_SCRIPT.replace('50', String(id)).replace('http://localhost:1337', '');
    await page.goto(`${server.url}/upload.html`);
    const answer = await page.evaluate(
      `(async () => { ${script}; return { status: response.status, body: await response.json() }; })()`
    );

    const changed = { id, alternativeText: 'My new alternative text for this image!' };
    expect(answer).toMatchObject({ status: 200, body: changed });
    expect((await getFile(server, id)).body).toMatchObject({ name: 'silent.png', ...changed });
  });
});
