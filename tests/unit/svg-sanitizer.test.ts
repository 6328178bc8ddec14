import type { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { SvgSanitizer, UnsafeSvg } from '../../server/src/security/svg/sanitizer';
import { DRAWINGS } from '../support/svg-drawings';
import { ATTACKS, HOPELESS } from '../support/svg-vectors';

const sanitizer = new SvgSanitizer();
const sanitize = (svg: Buffer, by = sanitizer) => by.sanitize(svg.length, async () => svg);
const safe = async (svg: string | Buffer): Promise<string> =>
  String(await sanitize(Buffer.from(svg)));
afterAll(() => sanitizer.close());

describe('an SVG loses', () => {
  it.each(ATTACKS)('%s', async (_what, svg) => {
    const clean = await safe(svg);
    expect(clean).toMatch(/^<svg [^>]*>/);
    // What it shows stays.
    expect(clean).toContain('<circle r="5"');
    // Text that was inside something is text still.
    const tags = clean.match(/<[^<>]*>/g)!.join('');
    expect(tags).not.toMatch(/outside|script|foreignObject|iframe|beside|<!|<\?/i);
    expect(tags).not.toMatch(/\son\w+\s*=|ran=1/i);
  });
});

describe('an SVG is refused for', () => {
  it.each(HOPELESS)('%s', async (_what, svg) => {
    await expect(safe(svg)).rejects.toThrow(UnsafeSvg);
  });

  it('the time and the memory it takes, and the next one is served', async () => {
    const hasty = new SvgSanitizer({ bytes: 5e6, elements: 1e5, time: 1, memory: 128e6 });
    const cramped = new SvgSanitizer({ bytes: 5e6, elements: 1e6, time: 60_000, memory: 48e6 });
    const large = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg">${'<g/>'.repeat(90_000)}</svg>`
    );
    try {
      await expect(sanitize(large, hasty)).rejects.toThrow('it takes too long');
      await expect(sanitize(large, cramped)).rejects.toThrow('it takes too much memory');
      const small = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
      expect(String(await sanitize(small, cramped))).toMatch(/^<svg/);
    } finally {
      await hasty.close();
      await cramped.close();
    }
  });
});

describe('the thread', () => {
  it('may end while nothing is asked of it', async () => {
    const small = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    await safe(small);
    const { thread } = sanitizer as unknown as { thread: Worker };
    await thread.terminate();
    expect(await safe(small)).toMatch(/^<svg/);
  });
});

describe('an SVG looks the same afterwards that is', () => {
  const pixels = (svg: string | Buffer) =>
    sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });

  it.each(Object.entries(DRAWINGS))('of %s', async (_program, svg) => {
    const [before, after] = [await pixels(svg), await pixels(await safe(svg))];
    expect(after.info).toEqual(before.info);
    expect(after.data.equals(before.data)).toBe(true);
    // Not empty, so that the comparison says something.
    expect(new Set(before.data).size).toBeGreaterThan(8);
  });

  it('in UTF-16, and in Latin-1', async () => {
    const text = '<svg xmlns="http://www.w3.org/2000/svg"><text>Größe</text></svg>';
    const utf16 = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${text}`, 'utf16le');
    const latin1 = Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?>${text}`, 'latin1');
    expect(await safe(utf16)).toBe(text);
    expect(await safe(latin1)).toBe(text);
  });
});
