import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { allowPublic } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { keepScreenshot, launchBrowser } from './browser';
import { sha256 } from '../support/api';
import { countFiles, sha256Of, uploadFile, type StoredFile } from './rest';

describe('bytes on their way between Chromium and the server', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

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
  });
  afterEach(() => page?.context().close());

  describe('a large file', () => {
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'e2e-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('arrives complete and comes back complete', async () => {
      const bytes = randomBytes(64 * 2 ** 20);
      const file = path.join(folder, 'large.bin');
      await writeFile(file, bytes);
      await page.goto(`${server.url}/demo.html`);
      await page.locator('#upload-files').setInputFiles(file);
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
      const result = page.locator('#upload-result[data-status="201"]');
      await result.waitFor();
      const [stored] = JSON.parse((await result.textContent()) ?? '') as [StoredFile];

      const digest = sha256(bytes);
      expect(await sha256Of(server, stored.url)).toBe(digest);
      expect(await sha256InPage(page, stored.url)).toBe(digest);
    });

    describe('above the size limit', () => {
      let strict: Server;

      beforeAll(async () => {
        strict = await startServer({
          env: { PLAYGROUND_SEED: 'true' },
          files: {
            'config/plugins.js': `module.exports = {
              upload: { config: { sizeLimit: 1_000_000 } },
              'users-permissions': { config: { jwtSecret: 'for-this-test' } },
            };`,
          },
        });
      });
      afterAll(() => strict?.stop());

      it('is refused with an answer that the page can read', async () => {
        const file = path.join(folder, 'too-large.bin');
        await writeFile(file, randomBytes(20_000_000));
        await page.goto(`${strict.url}/demo.html`);
        await page.locator('#upload-files').setInputFiles(file);
        await page.getByRole('button', { name: 'Upload', exact: true }).click();

        const result = page.locator('#upload-result[data-status]');
        await result.waitFor();
        expect(await result.getAttribute('data-status')).toBe('413');
        expect(await page.locator('#upload-message').textContent()).toBe(
          '413 Payload Too Large: too-large.bin exceeds size limit of 1 MB.'
        );
        expect(await strict.uploaded()).toEqual([]);
        expect(await countFiles(strict)).toBe(0);
        await keepScreenshot(page, 'transfer-too-large');
      });

      it('is refused each time, and the same page can upload a smaller one after', async () => {
        await page.goto(`${strict.url}/demo.html`);
        const statuses: number[] = [];
        for (const size of [1_000_001, 20_000_000, 20_000_000, 20_000_000, 1_000_000]) {
          statuses.push(await uploadZeros(page, size));
        }

        expect(statuses).toEqual([413, 413, 413, 413, 201]);
        expect(await strict.uploaded()).toHaveLength(1);
      });

      it('is refused in the same way where the page may not upload at all', async () => {
        await page.goto(`${strict.url}/demo.html`);
        await allowPublic(strict, ['plugin::upload.content-api.find']);

        expect(await uploadZeros(page, 20_000_000)).toBe(403);
      });
    });
  });

  describe('a stored file', () => {
    it('is asked for again with every load, but sent only once', async () => {
      const picture = await uploadFile(server, {
        name: 'cached.png',
        mimeType: 'image/png',
        buffer: await samples.png(),
      });
      const statuses = watchStatuses(page, server.url + picture.url);
      await page.goto(`${server.url}/demo.html`);
      expect(await naturalWidth(page, picture.url)).toBe(600);
      for (let reloads = 0; reloads < 2; reloads++) {
        await page.reload();
        expect(await naturalWidth(page, picture.url)).toBe(600);
      }

      expect(statuses).toEqual([200, 304, 304]);
    });

    it('is sent in the parts that a player asks for', async () => {
      const clip = await uploadFile(server, {
        name: 'clip.mp4',
        mimeType: 'video/mp4',
        buffer: samples.mp4(),
      });
      await page.goto(`${server.url}/demo.html`);
      const answered = page.waitForResponse(server.url + clip.url);
      const width = await page.evaluate(async (url) => {
        const video = document.createElement('video');
        video.muted = true;
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve;
          video.onerror = () => reject(new Error(video.error?.message));
          video.src = url;
        });
        return video.videoWidth;
      }, clip.url);

      const response = await answered;
      expect(width).toBe(64);
      expect((await response.request().allHeaders()).range).toMatch(/^bytes=0-/);
      expect(response.status()).toBe(206);
    });

    it('is sent from the middle on where a script asks for that', async () => {
      const buffer = randomBytes(5000);
      const file = await uploadFile(server, {
        name: 'range.bin',
        mimeType: 'application/octet-stream',
        buffer,
      });
      await page.goto(`${server.url}/demo.html`);
      const answer = await page.evaluate(async (url) => {
        const response = await fetch(url, { headers: { Range: 'bytes=1000-1999' } });
        return {
          status: response.status,
          range: response.headers.get('content-range'),
          bytes: [...new Uint8Array(await response.arrayBuffer())],
        };
      }, file.url);

      expect(answer.status).toBe(206);
      expect(answer.range).toBe('bytes 1000-1999/5000');
      expect(Buffer.from(answer.bytes).equals(buffer.subarray(1000, 2000))).toBe(true);
    });
  });
});

/**
 * Uploads a file with the page's own fetch.
 *
 * @returns the status of the answer
 * @throws if the page gets a network error instead of an answer, or an answer without JSON
 */
function uploadZeros(page: Page, size: number): Promise<number> {
  return page.evaluate(async (size) => {
    const form = new FormData();
    form.append('files', new File([new Uint8Array(size)], 'zeros.bin'));
    const response = await fetch('/api/upload', { method: 'post', body: form });
    await response.json();
    return response.status;
  }, size);
}

/**
 * SHA-256 of the file that the page gets from an address. The page needs `crypto.subtle`, which exists on 127.0.0.1.
 */
function sha256InPage(page: Page, address: string): Promise<string> {
  return page.evaluate(async (address) => {
    const bytes = await (await fetch(address)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }, address);
}

/** Loads the image in the page and returns its full width. */
function naturalWidth(page: Page, src: string): Promise<number> {
  return page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    return image.naturalWidth;
  }, src);
}

/** Starts to collect the status of each answer for an address. */
function watchStatuses(page: Page, address: string): number[] {
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url() === address) {
      statuses.push(response.status());
    }
  });
  return statuses;
}
