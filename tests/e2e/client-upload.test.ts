import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as upload from '../../client/src/upload';
import { startPublicServer } from '../support/api';
import { createRestaurant } from '../support/entries';
import { LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { breaksOff, UploadServer } from '../support/upload-server';
import { launchBrowser } from './browser';
import { countFiles, getFile, getRestaurant } from './rest';

const MODULE = readFileSync(path.join(__dirname, '../../dist/client/upload/index.mjs'), 'utf8');

/** A page whose script makes the module available as `client`. */
const PAGE = '<!doctype html><title>upload</title><script type="module" src="/page.js"></script>';
const SCRIPT = `import * as client from './client-upload.js'; window.client = client;`;

declare const client: typeof upload;

describe('uploadFiles in Chromium', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    const files = {
      'public/upload.html': PAGE,
      'public/page.js': SCRIPT,
      'public/client-upload.js': MODULE,
    };
    const actions = [...UPLOAD_ACTIONS, ...LINKING_ACTIONS, 'api::restaurant.restaurant.findOne'];
    server = await startPublicServer({ files }, actions);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    // Strapi's default Content-Security-Policy forbids requests to other servers without TLS.
    page = await browser.newPage({ bypassCSP: true });
    await page.goto(`${server.url}/upload.html`);
    await page.waitForFunction(() => 'client' in window);
  });
  afterEach(() => page?.context().close());

  /** Uploads a text in the page, as often as the options allow. Returns the files, or the properties of the error. */
  const uploadText = (text: string, options: upload.UploadOptions = {}) =>
    page.evaluate(
      async ([text, options]) => {
        try {
          const file = new File([text], 'a.txt', { type: 'text/plain' });
          return { files: await client.uploadFiles(file, options) };
        } catch (error) {
          const { status, code, errors } = error as upload.UploadError;
          return { isTyped: error instanceof client.UploadError, status, code, errors };
        }
      },
      [text, options] as const
    );

  it('stores and links several files with their texts, and tells the progress to its end', async () => {
    const { documentId } = await createRestaurant(server);
    const { names, last, steps } = await page.evaluate(async (refId) => {
      const files = ['b', 'a'].map((name) => new File(['x'.repeat(3_000_000)], `${name}.txt`));
      const seen: upload.UploadProgress[] = [];
      const stored = await client.uploadFiles(files, {
        ref: 'api::restaurant.restaurant',
        refId,
        field: 'covers',
        fileInfo: [{ caption: 'One' }, { caption: 'Two' }],
        onProgress: (progress) => seen.push(progress),
      });
      return { names: stored.map(({ name }) => name), last: seen.at(-1), steps: seen.length };
    }, documentId);

    expect(names).toEqual(['b.txt', 'a.txt']);
    expect(steps).toBeGreaterThan(0);
    expect(last?.loaded).toBe(last?.total);
    expect(last?.total).toBeGreaterThan(6_000_000);
    const { covers } = await getRestaurant(server, documentId);
    expect(covers?.map(({ name, caption }) => [name, caption])).toEqual([
      ['b.txt', 'One'],
      ['a.txt', 'Two'],
    ]);
  });

  it('takes the list of a file input', async () => {
    await page.setContent('<input type="file" multiple>');
    const buffer = Buffer.from('a text');
    const chosen = ['1.txt', '2.txt'].map((name) => ({ name, mimeType: 'text/plain', buffer }));
    await page.locator('input').setInputFiles(chosen);
    await page.addScriptTag({ type: 'module', url: `${server.url}/page.js` });
    const stored = await page.evaluate(() =>
      client.uploadFiles(document.querySelector('input')!.files!)
    );
    expect(stored.map(({ name }) => name)).toEqual(['1.txt', '2.txt']);
    expect((await getFile(server, stored[1]!.id)).body.name).toBe('2.txt');
  });

  it('names the refused file with its code', async () => {
    const refused = { file: 'a.txt', code: 'EMPTY', message: expect.any(String) };
    const expected = { isTyped: true, status: 400, code: 'EMPTY', errors: [refused] };
    expect(await uploadText('', { retry: 3 })).toEqual(expected);
  });

  it('names the error of a link to nothing', async () => {
    const link = { ref: 'api::restaurant.restaurant', refId: 'nothing', field: 'cover' };
    const expected = { isTyped: true, status: 404, code: 'NotFoundError', errors: [] };
    expect(await uploadText('a text', link)).toEqual(expected);
  });

  it('stores nothing after an abort, which rejects with its reason', async () => {
    const before = await countFiles(server);
    const reason = await page.evaluate(async () => {
      const controller = new AbortController();
      return client
        .uploadFiles(new File([new Uint8Array(200_000_000)], 'large.bin'), {
          signal: controller.signal,
          onProgress: () => controller.abort('enough'),
          retry: 3,
        })
        .catch((error) => error);
    });
    expect(reason).toBe('enough');
    expect(await countFiles(server)).toBe(before);
  });

  it('tries again after a lost connection, and when the server says that it is busy', async () => {
    let count = 0;
    await page.route('**/api/upload', (route) => {
      count += 1;
      if (count === 1) {
        return route.abort('connectionreset');
      }
      return count === 2
        ? route.fulfill({ status: 503, headers: { 'Retry-After': '0' }, body: '' })
        : route.continue();
    });
    const { files } = await uploadText('a text', { retry: 2 });
    expect(files?.map(({ name }) => name)).toEqual(['a.txt']);
    expect(count).toBe(3);
  });

  it('tells that there was no answer', async () => {
    await page.route('**/api/upload', (route) => route.abort('connectionreset'));
    const expected = { isTyped: true, status: 0, code: 'NETWORK', errors: [] };
    expect(await uploadText('a text')).toEqual(expected);
  });

  it('does not try again after a status, also if the connection is lost behind it', async () => {
    // Chromium would wait for the first bytes of a body without a type.
    const headers = { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/json' };
    const other = await UploadServer.start([breaksOff(201, headers)]);
    try {
      const expected = { isTyped: true, status: 201, code: 'BAD_ANSWER', errors: [] };
      expect(await uploadText('a text', { url: other.url, retry: 3 })).toEqual(expected);
      expect(other.begun).toBe(1);
    } finally {
      await other.stop();
    }
  });
});
