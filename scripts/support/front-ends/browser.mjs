/** Opens pages in Chromium and tells which image it has loaded. */

import { chromium } from 'playwright-core';

/** Time in which a page must have loaded its image, in ms. */
const PATIENCE = 60_000;

/** Starts the system's Chromium. `CHROMIUM_PATH` can name another one. */
export const launchBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });

/**
 * Opens a page with one image in a new profile, and waits until the image is loaded.
 *
 * @param url address of the page
 * @param screen `width` of the window in CSS pixels; `scale`: pixels of the screen per CSS pixel
 * @returns `image`, as the page has it ({@link imageOfPage}); `answers`, the requests for images: `{ url, status,
 *   type, body }`; `errors` of the page's scripts
 * @throws Error if the page shows no image within a minute
 */
export async function openPage(browser, url, { width, scale }) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    deviceScaleFactor: scale,
  });
  context.setDefaultTimeout(PATIENCE);
  try {
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    const answers = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'image') answers.push(response);
    });
    // Frameworks render the page again in the browser, so the page is looked at when it is quiet.
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.waitForFunction(() => document.images[0]?.complete);
    const image = await page.evaluate(imageOfPage);
    return { image, errors, answers: await Promise.all(answers.map(read)) };
  } finally {
    await context.close();
  }
}

const read = async (response) => ({
  url: response.url(),
  status: response.status(),
  type: response.headers()['content-type'],
  body: await response.body(),
});

/**
 * Runs in the page. Returns how many images the page has, and of the first one: `loaded`, the URL of the candidate;
 * `isDecoded`; `slot`, the width that `sizes` states, in CSS pixels; `sets`, the candidates of each source and of the
 * image itself in their order.
 */
function imageOfPage() {
  const [image] = document.images;
  const absolute = (url) => new URL(url, document.baseURI).href;
  const candidatesOf = (srcset) =>
    srcset
      .split(/,\s+/)
      .filter(Boolean)
      .map((candidate) => {
        const [url, width] = candidate.trim().split(/\s+/);
        return { url: absolute(url), width: Number.parseInt(width, 10) };
      });
  const slotOf = (sizes) => {
    for (const size of sizes.split(',')) {
      const [, media, length, unit] = /^(\(.*\))? ?([\d.]+)(vw|px)$/.exec(size.trim());
      if (!media || matchMedia(media).matches) {
        return unit === 'vw' ? (length * innerWidth) / 100 : Number(length);
      }
    }
  };
  const sources = image.parentElement.matches('picture')
    ? Array.from(image.parentElement.querySelectorAll('source'))
    : [];
  return {
    count: document.images.length,
    loaded: image.currentSrc,
    isDecoded: image.naturalWidth > 0,
    slot: slotOf((sources[0] ?? image).sizes),
    sets: [...sources, image].map(({ type, srcset }) => ({
      type: type || undefined,
      candidates: candidatesOf(srcset),
    })),
  };
}
