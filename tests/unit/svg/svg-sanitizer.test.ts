import type { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { SvgSanitizer, UnsafeSvg } from '../../../server/src/svg/sanitizer';
import { DRAWINGS } from '../../support/svg-drawings';
import { KINDS, UNDRAWN } from '../../support/svg-kinds';
import { ATTACKS, HOPELESS } from '../../support/svg-vectors';

const sanitizer = new SvgSanitizer();
const sanitize = (svg: Buffer, by = sanitizer) => by.sanitize(svg.length, async () => svg);
const safe = async (svg: string | Buffer): Promise<string> =>
  String(await sanitize(Buffer.from(svg)));
afterAll(() => sanitizer.close());

const withSheet = (text: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg"><style><![CDATA[${text}]]></style></svg>`;

/** The text of an SVG, followed by the SVGs embedded in it. */
const withInner = (svg: string): string =>
  [...svg.matchAll(/data:image\/svg\+xml;base64,([\w+/=]+)/g)].reduce(
    (all, [, inner = '']) => all + withInner(Buffer.from(inner, 'base64').toString()),
    svg
  );

describe('an SVG loses', () => {
  it.each(ATTACKS)('%s', async (_what, svg) => {
    const clean = await safe(svg);
    expect(clean).toMatch(/^<svg [^>]*>/);
    // The visible circle stays.
    expect(clean).toContain('<circle r="5"');
    // Only the tags are checked, because the text of a removed element may stay as text.
    const tags = withInner(clean)
      .match(/<[^<>]*>/g)!
      .join('');
    expect(tags).not.toMatch(/outside|script|iframe|beside|<!|<\?/i);
    expect(tags).not.toMatch(/ran=1/i);
    expect(tags.replace(/="[^"]*"/g, '')).not.toMatch(/\s\w*:?on\w+/i);
  });

  it.each(ATTACKS)('addresses in sheets: %s', async (_what, svg) => {
    const sheets = withInner(await safe(svg)).match(/<style.*?<\/style>/gs) ?? [];
    // A namespace is only a name. Browsers do not request it.
    const text = sheets.join('').replace(/@namespace[^;]*;/g, '');
    expect(text).not.toMatch(
      /(url|src|set|image|fade)\(["\s]*h|@import|expression|behavior|binding/i
    );
  });
});

describe('an SVG is refused for', () => {
  it.each(HOPELESS)('%s', async (_what, svg) => {
    await expect(safe(svg)).rejects.toThrow(UnsafeSvg);
  });

  it.each([
    ['levels', '<g>'.repeat(1001) + '</g>'.repeat(1001)],
    ['levels with ends of tags in quotes', '<g a="/>">'.repeat(1001) + '</g>'.repeat(1001)],
    ['levels without an end', "<g a='>'>".repeat(15_000)],
  ])('too many %s', async (_what, content) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`;
    await expect(safe(svg)).rejects.toThrow('nested too deeply');
  });

  it.each([
    ['comments', '<!-- <g> -->'],
    ['texts', '<![CDATA[<g><g>]]>'],
    ['elements without content', '<g a="b > c"/><g b=\'"/>\' />'],
  ])('no levels that are none: those in %s', async (_what, part) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg">${part.repeat(2000)}<circle r="5"/></svg>`;
    expect(await safe(svg)).toContain('<circle');
  });

  it('the time and the memory it takes, and the next one is served', async () => {
    const hasty = new SvgSanitizer({ bytes: 5e6, elements: 1e5, time: 1, memory: 128e6 });
    const cramped = new SvgSanitizer({ bytes: 5e6, elements: 1e6, time: 60_000, memory: 48e6 });
    const large = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg">${'<g/>'.repeat(90_000)}</svg>`
    );
    try {
      await expect(sanitize(large, hasty)).rejects.toThrow('sanitizing it takes too long');
      await expect(sanitize(large, cramped)).rejects.toThrow('sanitizing it takes too much memory');
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
    // The image must not be empty, because two empty images would be equal too.
    expect(new Set(before.data).size).toBeGreaterThan(8);
  });

  it('in UTF-16, and in Latin-1', async () => {
    const text = '<svg xmlns="http://www.w3.org/2000/svg"><text>Größe</text></svg>';
    const utf16 = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${text}`, 'utf16le');
    const latin1 = Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?>${text}`, 'latin1');
    expect(await safe(utf16)).toBe(text);
    expect(await safe(latin1)).toBe(text);
  });

  it('in UTF-8 that says it is UTF-16', async () => {
    const text = '<svg xmlns="http://www.w3.org/2000/svg"><text>Größe</text></svg>';
    expect(await safe(`<?xml version="1.0" encoding="utf-16"?>${text}`)).toBe(text);
  });
});

describe('an SVG keeps', () => {
  it.each(KINDS)('%s', async (_kind, svg, stays) => {
    expect(await safe(svg)).toContain(stays);
  });
});

describe('an SVG that is safe stays as it is:', () => {
  const sheets = [
    '.a{fill:red}b',
    '@media (1px<width){.a{fill:red}}',
    '@media (1px<=width){.a{fill:red}}',
    '.a{fill:(}]}.b{fill:red}',
    '.a{b:\\',
    String.raw`.a\<b{content:"\<<"}`,
    '\ufeff\ufeff.a{fill:red}',
  ];
  const drawings = [
    ...KINDS.map(([kind, svg]): [string, string] => [kind, svg]),
    ...sheets.map((sheet): [string, string] => [sheet, withSheet(sheet)]),
  ];
  it.each(drawings)('%s', async (_what, svg) => {
    const once = await safe(svg);
    expect(await safe(once)).toBe(once);
  });

  it('the letter that marks the order of bytes is one in a sheet', async () => {
    expect(await safe(withSheet('\ufeff.a{fill:red}'))).toContain('>\ufeff.a{');
  });
});

describe('an SVG loses what no browser draws:', () => {
  it.each(UNDRAWN)('%s', async (_kind, svg, goes) => {
    expect(withInner(await safe(svg))).not.toMatch(goes);
  });
});
