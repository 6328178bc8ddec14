import type { Page } from 'playwright-core';
import * as samples from '../../support/samples';
import { watchScriptErrors } from '../../e2e/browser';
import { getRestaurant, type StoredFile } from '../../e2e/rest';
import { readBlocks, type Block } from '../support/blocks';
import { completed } from './completed';
import type { Place, Try } from './place';
import { pageFile } from './project';

/** Longest time in ms that a test waits for an event in a page. */
const PATIENCE = 120_000;

/** Opens an empty page that may run inline scripts. Strapi's default Content-Security-Policy forbids inline scripts. */
async function newPage({ browser }: Place): Promise<Page> {
  const page = await browser.newPage({ bypassCSP: true });
  page.setDefaultTimeout(PATIENCE);
  return page;
}

/** Opens an example in Chromium and runs `work`. Throws if a script of the page throws an error. */
export async function inPage(block: Block, place: Place, work: (page: Page) => Promise<void>) {
  const page = await newPage(place);
  const errors = watchScriptErrors(page);
  try {
    await page.goto(`${place.server.url}/${pageFile(readBlocks(), block)}`);
    await work(page);
    expect(errors).toEqual([]);
  } finally {
    await page.context().close();
  }
}

const chooseTwo = async (page: Page) => {
  const buffer = await samples.png();
  const files = ['a.png', 'b.png'].map((name) => ({ name, mimeType: 'image/png', buffer }));
  await page.locator('input[name=files]').setInputFiles(files);
};

/** Submits the form, and returns the answer that the form's script prints. */
async function submit(page: Page): Promise<StoredFile[]> {
  const printed = page.waitForEvent('console');
  await page.getByRole('button', { name: 'Submit' }).click();
  const [status, body] = await Promise.all((await printed).args().map((arg) => arg.jsonValue()));
  expect(status).toBe(201);
  return body;
}

const names = (files: StoredFile[] | null | undefined) => files?.map(({ name }) => name);

/** Tests a page whose script uploads two files and prints the answer. */
export const uploadsInBrowser: Try = (block, place) =>
  inPage(block, place, async (page) => {
    await chooseTwo(page);
    expect(names(await submit(page))).toEqual(['a.png', 'b.png']);
  });

/** DocumentId of the restaurant in the examples. The examples contain the row id of its published version. */
const documentedRestaurant = ({ server }: Place): Promise<string> =>
  server.inside(async (strapi) => {
    const found = await strapi.db
      .query('api::restaurant.restaurant')
      .findOne({ where: { id: 2, publishedAt: { $notNull: true } } });
    return found.documentId;
  });

/** Names of the files in the restaurant's attribute `covers`. Each of the tests below adds two files. */
async function coversOf(place: Place) {
  const { covers } = await getRestaurant(place.server, await documentedRestaurant(place));
  return names(covers) ?? [];
}

/** Tests a page whose form also links the two files to the restaurant. */
export const linksInBrowser: Try = (block, place) =>
  inPage(block, place, async (page) => {
    const before = await coversOf(place);
    await chooseTwo(page);
    await submit(page);
    expect(await coversOf(place)).toEqual([...before, 'a.png', 'b.png']);
  });

/** Tests a page that has a form but no script. The test sends the form as the scripts of the other pages do. */
export const linksFromForm: Try = (block, place) =>
  inPage(block, place, async (page) => {
    const before = await coversOf(place);
    await chooseTwo(page);
    const status = await page.evaluate(async () => {
      const body = new FormData(document.querySelector('form') ?? undefined);
      return (await fetch('/api/upload', { method: 'post', body })).status;
    });
    expect(status).toBe(201);
    expect(await coversOf(place)).toEqual([...before, 'a.png', 'b.png']);
  });

/** Tests a script that sends an entry together with its files. The script runs in a page of the browser. */
export const createsEntry: Try = async (block, place) => {
  const page = await newPage(place);
  try {
    await page.goto(`${place.server.url}/robots.txt`);
    const script = completed(block).replace('export const answer =', 'return');
    const { status, body } = await page.evaluate<{
      status: number;
      body: { data: Record<string, unknown> };
    }>(`(async () => { ${script} })()`);

    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      name: 'Chez Test',
      seo: { title: 'Chez Test' },
      cover: { name: 'cover.txt', alternativeText: 'The front door' },
      covers: [{ name: 'first.txt' }, { name: 'second.txt' }],
    });
    const image = await place.server.inside(async (strapi, documentId) => {
      const where = { documentId };
      const populate = { seo: { populate: ['image'] } };
      const entry = await strapi.db
        .query('api::restaurant.restaurant')
        .findOne({ where, populate });
      return entry.seo.image.name as string;
    }, String(body.data.documentId));
    expect(image).toBe('image.txt');
  } finally {
    await page.context().close();
  }
};
