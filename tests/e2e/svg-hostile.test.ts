import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SvgSanitizer } from '../../server/src/svg/sanitizer';
import { ATTACKS } from '../support/svg-vectors';
import { launchBrowser, launchFirefox } from './browser';
import { HOME, startSvgSite, type SvgSite } from './svg-site';

/** The methods that the drivers of both browsers have. */
interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(work: () => T): Promise<Awaited<T>>;
  mouse: { click(x: number, y: number): Promise<void> };
}

interface Opened {
  page: Page;
  close(): Promise<void>;
}

async function openChromium(port: number): Promise<Opened> {
  const browser = await launchBrowser();
  const context = await browser.newContext({ proxy: { server: `http://127.0.0.1:${port}` } });
  return { page: await context.newPage(), close: () => browser.close() };
}

async function openFirefox(port: number): Promise<Opened> {
  const downloads = await mkdtemp(path.join(tmpdir(), 'downloads-'));
  const proxy = { 'network.proxy.type': 1, 'network.proxy.share_proxy_settings': true };
  for (const scheme of ['http', 'ssl']) {
    Object.assign(proxy, {
      [`network.proxy.${scheme}`]: '127.0.0.1',
      [`network.proxy.${scheme}_port`]: port,
    });
  }
  const browser = await launchFirefox(downloads, proxy);
  const close = async () => {
    await browser.close();
    await rm(downloads, { recursive: true, force: true });
  };
  return { page: await browser.newPage(), close };
}

/** Waits two frames. Then the browser has drawn the SVG and has sent the requests that the SVG causes. */
const drawn = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
      )
  );

/** Number of documents in the page whose script ran. */
const ranInside = (page: Page) =>
  page.evaluate(
    () =>
      Array.from(document.querySelectorAll('object')).filter(
        ({ contentWindow }) => contentWindow && 'ran' in contentWindow
      ).length
  );

describe.each([
  ['Chromium', openChromium],
  ['Firefox', openFirefox],
])('hostile SVGs in %s', (_name, open) => {
  const sanitizer = new SvgSanitizer();
  let raw: SvgSite;
  let safe: SvgSite;
  let before: Opened;
  let after: Opened;

  beforeAll(async () => {
    const made = ATTACKS.map(async ([, svg]) =>
      String(await sanitizer.sanitize(svg.length, async () => Buffer.from(svg)))
    );
    raw = await startSvgSite(ATTACKS.map(([, svg]) => svg));
    safe = await startSvgSite(await Promise.all(made));
    before = await open(raw.port);
    after = await open(safe.port);
  });
  afterAll(async () => {
    await Promise.allSettled([before?.close(), after?.close(), sanitizer.close()]);
    await Promise.allSettled([raw?.close(), safe?.close()]);
  });

  it('do harm before: the browser is one that would show it', async () => {
    // `goto` throws an error if an SVG opens another address at once.
    await before.page.goto(`${HOME}/object`).catch(() => {});
    await drawn(before.page);
    expect(await ranInside(before.page)).toBeGreaterThan(15);
    expect(new Set(raw.asked()).size).toBeGreaterThan(8);
  });

  it.each(['img', 'object'])('run nothing and ask for nothing afterwards, in <%s>', async (tag) => {
    await after.page.goto(`${HOME}/${tag}`);
    await drawn(after.page);
    expect(await ranInside(after.page)).toBe(0);
    expect(safe.asked()).toEqual([]);
  });

  it('run nothing and ask for nothing afterwards, as a page', async () => {
    const harmful: unknown[] = [];
    for (const [at, [name]] of ATTACKS.entries()) {
      await after.page.goto(`${HOME}/${at}.svg`);
      // A user may click on the SVG, and a click can start animations.
      await after.page.mouse.click(5, 5);
      await drawn(after.page);
      const ran = await after.page.evaluate(() => 'ran' in window);
      const asked = safe.asked();
      harmful.push(...(ran || asked.length > 0 ? [{ name, ran, asked }] : []));
    }
    expect(harmful).toEqual([]);
  });
});
