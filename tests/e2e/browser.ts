import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const ARTIFACTS = path.join(__dirname, '../artifacts');

const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Starts the system's Chromium without a window and with a profile of its own, which is removed
 * when the browser is closed.
 *
 * @throws Error that says how to install it where there is none
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function findChromium(): string {
  const chosen = process.env.CHROMIUM_PATH;
  const found = (chosen ? [chosen] : USUAL_PLACES).find((place) => existsSync(place));
  if (!found) {
    throw new Error(
      chosen
        ? `CHROMIUM_PATH is "${chosen}", but there is no such file.`
        : 'The browser tests need Chromium: install it with "apt-get install chromium" ' +
            'or set CHROMIUM_PATH to where it is.'
    );
  }
  return found;
}

/** Waits until each picture of the page is there, or known to be broken. */
export async function decodeImages(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.allSettled(
      Array.from(document.images, (image) => {
        image.loading = 'eager';
        return image.decode();
      })
    )
  );
}

/** Keeps a picture of the whole page in `tests/artifacts`, to be looked at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await decodeImages(page);
  const file = path.join(ARTIFACTS, `${name}.png`);
  await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
}

/** What a page's scripts throw from here on; a page that works throws nothing. */
export function watchScriptErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}
