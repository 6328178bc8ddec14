import type { Browser, Locator, Page } from 'playwright-core';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { signUp } from './admin-panel';
import { keepScreenshot, launchBrowser, watchScriptErrors } from './browser';
import { fileNamed, get, uploadFile, type StoredFile } from './rest';

interface Entry {
  documentId: string;
  name: string;
  description: string | null;
  cover: StoredFile | null;
  covers: StoredFile[] | null;
  body: Array<{ type: string; image?: StoredFile }> | null;
}

const picture = async (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await samples.png(),
});

describe('the content manager in Chromium', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let picker: Locator;
  let scriptErrors: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({ adminPanel: true, env: { PLAYGROUND_SEED: 'true' } });
    for (const name of ['front.png', 'kitchen.png', 'garden.png']) {
      await uploadFile(server, await picture(name));
    }
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    scriptErrors = watchScriptErrors(page);
    picker = page.getByRole('dialog', { name: 'Add new assets' });
    await signUp(page, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(() => {
    expect(scriptErrors.splice(0)).toEqual([]);
  });

  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const media = (attribute: string) => page.getByRole('region', { name: attribute, exact: true });

  const createEntry = async (type: string) => {
    await page.goto(`${server.url}/admin/content-manager/collection-types/${type}/create`);
    await page.getByRole('heading', { name: 'Create an entry' }).waitFor();
  };
  /** Chooses files in the open file picker. The files were uploaded over REST. */
  const pick = async (...names: string[]) => {
    await picker.getByRole('button', { name: /^API Uploads/ }).click();
    for (const name of names) {
      await picker.getByRole('checkbox', { name, exact: true }).click();
    }
    await keepScreenshot(page, `content-picker-${names.length}`);
    await picker.getByRole('button', { name: 'Finish' }).click();
    await picker.waitFor({ state: 'detached' });
  };

  it('links pictures to an entry, and publishes them for readers of the API', async () => {
    await createEntry('api::restaurant.restaurant');
    await field('name').fill('Zur Post');
    await media('cover').getByRole('button').click();
    await pick('front.png');
    // The attribute `covers` allows several files of any type.
    await media('covers').getByRole('button').click();
    await pick('kitchen.png', 'garden.png');
    await button('Save').click();
    await page.getByText('Saved document').waitFor();
    await button('Publish').click();
    await page.getByText('Published document').waitFor();
    await keepScreenshot(page, 'content-published');

    const { body } = await restaurants();
    const entry = body.data.find(({ name }) => name === 'Zur Post');
    expect(entry?.cover).toMatchObject({ name: 'front.png', mime: 'image/png' });
    expect(entry?.covers?.map(({ name }) => name)).toEqual(['kitchen.png', 'garden.png']);
    expect((await fetch(server.url + entry!.cover!.url)).status).toBe(200);
  });

  it('uploads a picture on the way', async () => {
    await createEntry('api::restaurant.restaurant');
    await field('name').fill('Zum Anker');
    await media('cover').getByRole('button').click();
    await picker.getByRole('button', { name: 'Add more assets' }).click();
    const upload = page.getByRole('dialog', { name: 'Add new assets' });
    await upload.locator('input[name=files]').setInputFiles([await picture('fresh.png')]);
    await upload.getByText('1 asset ready to upload').waitFor();
    await keepScreenshot(page, 'content-upload');
    await upload.getByRole('button', { name: /^Upload 1 asset/ }).click();
    await picker.getByRole('button', { name: 'Finish' }).click();
    await button('Publish').click();
    await page.getByText('Published document').waitFor();

    const { id } = await fileNamed(server, 'fresh.png');
    const { body } = await restaurants();
    expect(body.data.find(({ name }) => name === 'Zum Anker')?.cover?.id).toBe(id);
  });

  it('puts a picture into rich text', async () => {
    await createEntry('api::restaurant.restaurant');
    await field('name').fill('Zur Linde');
    await button('Image').click();
    await pick('garden.png');
    await button('Publish').click();
    await page.getByText('Published document').waitFor();
    await button('Preview mode').click();
    await page.getByRole('img', { name: 'garden.png' }).waitFor();
    await keepScreenshot(page, 'content-rich-text');

    const { url } = await fileNamed(server, 'garden.png');
    const { body } = await restaurants();
    const entry = body.data.find(({ name }) => name === 'Zur Linde');
    expect(entry?.description).toContain(`![garden.png](${server.url}${url})`);
  });

  it('puts a picture into a text of blocks', async () => {
    await createEntry('api::article.article');
    await page.getByRole('combobox', { name: 'body' }).click();
    await page.getByRole('option', { name: 'Image' }).click();
    await pick('kitchen.png');
    await button('Save').click();
    await page.getByText('Saved document').waitFor();
    await page.getByRole('textbox').getByRole('img').waitFor();
    await keepScreenshot(page, 'content-blocks');

    const { url, width } = await fileNamed(server, 'kitchen.png');
    const { body } = await get<{ data: Entry[] }>(server, '/api/articles');
    const image = body.data[0]?.body?.find(({ type }) => type === 'image')?.image;
    expect(image).toMatchObject({ name: 'kitchen.png', url: server.url + url, width });
  });

  const restaurants = () => get<{ data: Entry[] }>(server, '/api/restaurants?populate=*');
});
