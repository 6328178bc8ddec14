import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { SvgSanitizer } from '../../server/src/security/svg/sanitizer';
import { DRAWINGS } from '../support/svg-drawings';
import { ATTACKS } from '../support/svg-vectors';
import { launchBrowser } from './browser';

const SHOWN = 'http://inside.test/shown.svg';

/** What an SVG has done in a browser that was shown it on its own, the most that it can get. */
interface Deeds {
  ran: boolean;
  /** Addresses that were asked for beside its own. */
  asked: string[];
}

describe('SVGs in Chromium', () => {
  let browser: Browser;
  const sanitizer = new SvgSanitizer();
  const safe = async (svg: string) =>
    String(await sanitizer.sanitize(svg.length, async () => Buffer.from(svg)));

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await sanitizer.close();
  });

  /** Shows an SVG in a page of its own. Nothing leaves the machine: all requests end here. */
  const show = async (svg: string, look?: (page: Page) => Promise<void>): Promise<Deeds> => {
    const page = await browser.newPage();
    const asked: string[] = [];
    await page.route('**/*', async (route) => {
      const url = route.request().url();
      if (url === SHOWN) {
        await route.fulfill({ contentType: 'image/svg+xml', body: svg });
      } else {
        asked.push(url);
        await route.fulfill({ status: 404 });
      }
    });
    try {
      // One that goes elsewhere at once breaks the navigation off.
      await page.goto(SHOWN).catch(() => {});
      // Whoever is shown it clicks on it, and animations begin.
      await page.mouse.click(5, 5);
      await page.waitForTimeout(30);
      const ran = await page.evaluate(() => 'ran' in window);
      await look?.(page);
      return { ran, asked: asked.filter((url) => !url.endsWith('/favicon.ico')) };
    } finally {
      await page.close();
    }
  };

  it('do harm before: the browser is one that would show it', async () => {
    const deeds = new Map<string, Deeds>();
    for (const [name, svg] of ATTACKS) {
      deeds.set(name, await show(svg).catch(() => ({ ran: false, asked: ['elsewhere'] })));
    }
    expect(deeds.get('a script')).toEqual({ ran: true, asked: [] });
    expect(deeds.get('a picture elsewhere')!.asked).toEqual(['http://outside.test/x.png']);
    const harmful = [...deeds.values()].filter(({ ran, asked }) => ran || asked.length > 0);
    expect(harmful.length).toBeGreaterThan(25);
  });

  it('run nothing and ask for nothing afterwards', async () => {
    for (const [name, svg] of ATTACKS) {
      expect([name, await show(await safe(svg))]).toEqual([name, { ran: false, asked: [] }]);
    }
  });

  it.each(Object.entries(DRAWINGS))('look the same afterwards: %s', async (_program, svg) => {
    const picture = async (shown: string) => {
      let pixels = Buffer.alloc(0);
      await show(shown, async (page) => {
        pixels = await sharp(await page.screenshot())
          .raw()
          .toBuffer();
      });
      return pixels;
    };
    const [before, after] = [await picture(svg), await picture(await safe(svg))];
    expect(after.equals(before)).toBe(true);
    expect(new Set(before).size).toBeGreaterThan(8);
  });
});
