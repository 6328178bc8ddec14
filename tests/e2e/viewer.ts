import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { launchBrowser, launchFirefox } from './browser';

const WINDOW = { width: 1280, height: 720 };

/** Longest wait for a page, in ms. */
const PATIENCE = 30_000;

/** Pause between two looks, in ms. */
const POLL = 50;

/** A page of a browser, as far as one is asked how it shows a file: of Chromium or Firefox alike. */
export interface Viewer {
  /** Opens a URL; where that is a download, the page stays as it was. */
  open(url: string): Promise<void>;
  /** Waits until nothing is fetched any more. */
  idle(): Promise<void>;
  evaluate<T, A>(work: (arg: A) => T | Promise<T>, arg: A): Promise<T>;
  /** A picture of what is seen, as PNG. */
  screenshot(): Promise<Uint8Array>;
  /** Paths that were asked for and answered: what a policy blocks never leaves. */
  asked: string[];
  /** What the console says of what a policy blocks: Chromium's does, Firefox shows it to no driver. */
  complaints: string[];
  /** Names of files that were saved. */
  downloads(): Promise<string[]>;
  close(): Promise<void>;
}

/** A browser that opens one page after the other. */
export interface ViewingBrowser {
  newViewer(): Promise<Viewer>;
  close(): Promise<void>;
}

/** What both drivers tell of a page while it works. */
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
      // While one comes in, it has a second name beside its own.
      const downloads = async () =>
        (await readdir(folder)).filter((name) => !before.has(name) && !name.endsWith('.part'));
      return {
        ...told,
        downloads,
        async open(url) {
          let opened = false;
          const opening = page.goto(url, { timeout: PATIENCE }).catch(() => {});
          void opening.then(() => (opened = true));
          // It waits for ever for the page that a download is not.
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
