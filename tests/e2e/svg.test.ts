import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { SvgSanitizer } from '../../server/src/svg/sanitizer';
import { DRAWINGS } from '../support/svg-drawings';
import { KINDS } from '../support/svg-kinds';
import { launchBrowser } from './browser';

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

  /** Pixels of an SVG in an `<img>`, after three frames. By then its animations have ended. */
  const pixels = async (svg: string): Promise<Buffer> => {
    const page = await browser.newPage({ viewport: { width: 220, height: 140 } });
    try {
      await page.setContent('<body style="margin:0"><img>');
      await page.evaluate(
        async (data) => {
          const image = document.querySelector('img')!;
          image.src = data;
          await image.decode();
          const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
          await frame().then(frame).then(frame);
        },
        `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
      );
      return await sharp(await page.screenshot())
        .raw()
        .toBuffer();
    } finally {
      await page.close();
    }
  };

  const looks = [...Object.entries(DRAWINGS), ...KINDS.map(([kind, svg]) => [kind, svg] as const)];
  it.each(looks)('look the same afterwards: %s', async (_kind, svg) => {
    const [before, after] = [await pixels(svg), await pixels(await safe(svg))];
    expect(after.equals(before)).toBe(true);
    // The image must not be empty, because two empty images would be equal too.
    expect(new Set(before).size).toBeGreaterThan(1);
  });
});
