import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import request from 'supertest';
import { eventually } from '../support/ledger';
import { startPictureServer } from '../support/picture-server';
import { jpeg } from '../support/samples';
import { signUp } from './admin-panel';
import { keepScreenshot, launchBrowser, watchScriptErrors } from './browser';

describe('the settings page "Image sizes" in Chromium', () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof startPictureServer>>;
  let page: Page;
  let scriptErrors: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
    site = await startPictureServer({ adminPanel: true });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    scriptErrors = watchScriptErrors(page);
    await signUp(page, site.server);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.server.stop();
  });
  afterEach(() => {
    expect(scriptErrors.splice(0)).toEqual([]);
  });

  const rowOf = async (id: number) =>
    (await request(site.server.url).get(`/api/upload/files/${id}`).expect(200)).body;

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const status = () => page.getByRole('status').filter({ hasText: 'images' });

  it('makes the missing sizes and shows how far it is', async () => {
    const photo = await jpeg({ width: 2400, height: 1800 });
    const ids: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      ids.push((await site.upload(`${turn}.jpg`, photo)).id);
    }
    const { url } = await site.upload('lost.jpg', photo);
    const lost = path.join(site.server.project.uploads, path.basename(url));
    await rename(lost, `${lost}.away`);
    await site.configure({ sizes: { hero: { width: 1600, height: 400, fit: 'cover' } } });

    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByRole('link', { name: 'Image sizes' }).click();
    await page.getByRole('heading', { name: 'Image sizes' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Missing sizes' }).isChecked()).toBe(true);
    await button('Start').click();
    await page.getByText('Making sizes').waitFor();
    expect(await button('Start').isDisabled()).toBe(true);
    await keepScreenshot(page, 'image-sizes-running');

    await page.getByText('All images are done').waitFor();
    await keepScreenshot(page, 'image-sizes-done');
    expect(await status().textContent()).toContain('9 of 9 images: 8 changed, 1 failed');
    const bar = page.getByRole('progressbar', { name: 'Progress' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    const failures = page.getByRole('listitem').filter({ hasText: 'lost.jpg' });
    expect(await failures.textContent()).toBe('lost.jpg The stored file does not exist.');
    for (const id of ids) {
      expect((await rowOf(id)).formats.hero).toMatchObject({ width: 1600, height: 400 });
    }
    await rename(`${lost}.away`, lost);
  });

  it('makes all sizes anew, stops, and shows what others have begun', async () => {
    await site.configure({});
    await page.getByRole('radio', { name: 'All sizes' }).click();
    await button('Start').click();
    await button('Stop').click();
    await page.getByText('Stopped', { exact: true }).waitFor();
    expect(await button('Stop').count()).toBe(0);

    await site.server.inside(async (strapi) => {
      const { regeneration } = strapi.get('strapi-upload.container').background as {
        regeneration: { start(options: object): Promise<unknown> };
      };
      await regeneration.start({
        ...{ mode: 'all', names: null, dryRun: false, restart: true, concurrency: 2 },
      });
    });
    await page.getByText('All images are done').waitFor();
    await eventually(() => button('Start').isEnabled(), 'it can start again');
    expect(await status().textContent()).toContain('9 of 9 images: 9 changed, 0 failed');
  });
});
