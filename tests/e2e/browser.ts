import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import puppeteer, { type Browser as Firefox } from 'puppeteer-core';

const ARTIFACTS = path.join(__dirname, '../artifacts');

/** A browser that is installed in the system. */
interface Installed {
  name: string;
  /** Name of the Debian package that installs the browser. */
  package: string;
  places: string[];
  /** Environment variable that can hold another path of the browser. */
  variable: string;
}

const CHROMIUM: Installed = {
  name: 'Chromium',
  package: 'chromium',
  places: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  variable: 'CHROMIUM_PATH',
};

const FIREFOX: Installed = {
  name: 'Firefox',
  package: 'firefox-esr',
  places: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  variable: 'FIREFOX_PATH',
};

/**
 * Starts the system's Chromium without a window and with a new profile, which is removed when the browser is closed.
 *
 * @throws Error that says how to install Chromium, if it is missing
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: find(CHROMIUM),
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

/**
 * Starts the system's Firefox without a window and with a new profile. Uses WebDriver BiDi, because Playwright needs
 * its own build of Firefox.
 *
 * @param downloads folder into which Firefox saves files without asking
 * @param preferences preferences that differ from Firefox's defaults
 * @throws Error that says how to install Firefox, if it is missing
 */
export function launchFirefox(
  downloads: string,
  preferences: Record<string, unknown> = {}
): Promise<Firefox> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: find(FIREFOX),
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      'browser.download.panel.shown': true,
      ...preferences,
    },
  });
}

function find({ name, places, package: debian, variable }: Installed): string {
  const chosen = process.env[variable];
  const found = (chosen ? [chosen] : places).find((place) => existsSync(place));
  if (!found) {
    throw new Error(
      chosen
        ? `${variable} is "${chosen}", but there is no such file.`
        : `The browser tests need ${name}: install it with "apt-get install ${debian}" ` +
            `or set ${variable} to where it is.`
    );
  }
  return found;
}

/** Waits until the browser has decoded each image of the page, or cannot decode it. */
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

/** Saves a screenshot of the whole page in `tests/artifacts`, for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await decodeImages(page);
  const file = path.join(ARTIFACTS, `${name}.png`);
  await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
}

/** Collects the errors that a page's scripts throw from now on. The list of a working page stays empty. */
export function watchScriptErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}
