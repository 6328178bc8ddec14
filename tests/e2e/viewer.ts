import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { launchBrowser, launchFirefox } from './browser';

const WINDOW = { width: 1280, height: 720 };

/** Longest time in ms that a test waits for a page. */
const PATIENCE = 30_000;

/** Pause between two checks whether a page or a download has arrived, in ms. */
const POLL = 50;

/** A page of Chromium or Firefox, with the methods that tests need to see how the page shows a file. */
export interface Viewer {
  /** Opens a URL. If the browser downloads the file, the page does not change. */
  open(url: string): Promise<void>;
  /** Waits until the page has no running requests. */
  idle(): Promise<void>;
  evaluate<T, A>(work: (arg: A) => T | Promise<T>, arg: A): Promise<T>;
  /** A screenshot as PNG. */
  screenshot(): Promise<Uint8Array>;
  /** Paths of the requests that were answered. The browser does not send requests that a policy blocks. */
  asked: string[];
  /** Console messages about content that a policy blocks. Only Chromium passes such messages to the driver. */
  complaints: string[];
  /** Names of the files that the browser has saved for this viewer. */
  downloads(): Promise<string[]>;
  close(): Promise<void>;
}

/** A browser in which a test opens pages one after the other. */
export interface ViewingBrowser {
  newViewer(): Promise<Viewer>;
  close(): Promise<void>;
}

/** Events that both drivers emit for a page. */
interface Told {
  on(event: 'response', listener: (response: { url(): string }) => void): unknown;
  on(event: 'console', listener: (message: { text(): string }) => void): unknown;
}

function listen(page: Told): Pick<Viewer, 'asked' | 'complaints'> {
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('response', (response) => asked.push(new URL(response.url()).pathname));
  page.on('console', (message) => {
    if (/content.security.policy/i.test(message.text())) {
      complaints.push(message.text());
    }
  });
  return { asked, complaints };
}

export async function chromium(): Promise<ViewingBrowser> {
  const browser = await launchBrowser();
  return {
    close: () => browser.close(),
    async newViewer() {
      const page = await browser.newPage({ viewport: WINDOW });
      const saved: string[] = [];
      page.on('download', (download) => saved.push(download.suggestedFilename()));
      const told = listen(page as Told);
      return {
        ...told,
        open: async (url) => {
          await page.goto(url).catch(() => {});
        },
        idle: () => page.waitForLoadState('networkidle'),
        evaluate: (work, arg) => page.evaluate(work as never, arg) as never,
        screenshot: () => page.screenshot(),
        downloads: async () => [...saved],
        close: () => page.context().close(),
      };
    },
  };
}

export async function firefox(): Promise<ViewingBrowser> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'downloads-'));
  const browser = await launchFirefox(folder);
  return {
    async close() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
    async newViewer() {
      const page = await browser.newPage();
      await page.setViewport(WINDOW);
      const before = new Set(await readdir(folder));
      const told = listen(page as Told);
      // While Firefox saves a file, the folder also has a `.part` file.
      const downloads = async () =>
        (await readdir(folder)).filter((name) => !before.has(name) && !name.endsWith('.part'));
      return {
        ...told,
        downloads,
        async open(url) {
          let opened = false;
          const opening = page.goto(url, { timeout: PATIENCE }).catch(() => {});
          void opening.then(() => (opened = true));
          // If `goto` opens a download, it waits until its timeout, because no page is loaded. So the download is
          // checked too.
          while (!opened && (await downloads()).length === 0) {
            await setTimeout(POLL);
          }
        },
        idle: () => page.waitForNetworkIdle({ timeout: PATIENCE }),
        evaluate: (work, arg) => page.evaluate(work as never, arg as never) as never,
        screenshot: () => page.screenshot(),
        close: () => page.close(),
      };
    },
  };
}
