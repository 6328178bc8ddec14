import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import {
  chunk,
  exifBlock,
  photoshopBlock,
  PLANTED,
  pngWith,
  rawProfile,
  RIGHTS,
  xmpPacket,
} from '../../../support/planted';
import * as samples from '../../../support/samples';
import { strip as stripPicture } from '../../../support/strip';
import { cpuTime } from '../../../support/cpu-time';

/** `HEAD` is the length of the signature and of IHDR. `END` is the length of the last chunk, IEND. */
const HEAD = 33;
const END = 12;

const secret = chunk('tEXt', 'Comment\0by Somebody');

describe('taking private chunks out of a PNG', () => {
  let png: Buffer;
  beforeAll(async () => {
    png = await samples.png();
  });

  const strip = async (content: Buffer): Promise<Buffer | null> => {
    const { bytes, complete } = await stripPicture('image/png', content);
    return complete ? bytes : null;
  };
  const withChunks = (before: Buffer, behind: Buffer) =>
    Buffer.concat([
      png.subarray(0, HEAD),
      before,
      png.subarray(HEAD, -END),
      behind,
      png.subarray(-END),
    ]);

  it('leaves all others, before the pixels and behind them', async () => {
    expect(await strip(withChunks(secret, secret))).toEqual(png);
  });

  it('cuts off nothing, however many there are', async () => {
    const many = Buffer.concat(Array.from({ length: 20_000 }, () => secret));
    expect(await strip(withChunks(many, secret))).toEqual(png);
    expect(await strip(withChunks(Buffer.concat(Array(6).fill(many)), secret))).toBeNull();
  });

  it('takes over the pixels as they are', async () => {
    const pixels = (content: Buffer) => sharp(content).raw().toBuffer();
    const clean = (await strip(withChunks(secret, secret)))!;
    expect((await pixels(clean)).equals(await pixels(png))).toBe(true);
  });

  it('leaves diagrams that can be opened again, packed or not', async () => {
    const kept = [
      chunk('tEXt', 'mxfile\0drawing'),
      chunk('zTXt', 'mxGraphModel\0\0drawing'),
      chunk('tEXt', 'application/vnd.excalidraw+json\0drawing'),
    ];
    const diagram = withChunks(Buffer.concat(kept), Buffer.alloc(0));
    expect(await strip(diagram)).toEqual(diagram);
    const both = withChunks(Buffer.concat([secret, ...kept]), secret);
    expect(await strip(both)).toEqual(diagram);
  });

  it('cuts off what lies behind its end', async () => {
    expect(await strip(Buffer.concat([png, Buffer.from('and more')]))).toEqual(png);
  });
});

describe('rights of a PNG', () => {
  const exifOf = async (...chunks: Buffer[]) => {
    const { bytes } = await stripPicture('image/png', await pngWith(chunks));
    expect(bytes.includes(PLANTED)).toBe(false);
    return (await sharp(bytes).metadata()).exif?.toString() ?? '';
  };
  const packed = (text: string | Buffer) => Buffer.concat([Buffer.from([0]), deflateSync(text)]);
  const zTXt = (keyword: string, text: string | Buffer) =>
    chunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0`), packed(text)]));

  it.each([
    ['a text', () => chunk('tEXt', Buffer.from('Author\0J\xf6rg', 'latin1'))],
    ['a packed text', () => zTXt('Author', Buffer.from('J\xf6rg', 'latin1'))],
    ['an international text', () => chunk('iTXt', Buffer.from('Author\0\0\0de\0Autor\0Jörg'))],
    [
      'a packed international text',
      () =>
        chunk(
          'iTXt',
          Buffer.concat([Buffer.from('Author\0\x01\0de\0Autor\0'), deflateSync('Jörg')])
        ),
    ],
    ['exiftool’s text', () => chunk('tEXt', Buffer.from('Artist\0J\xf6rg', 'latin1'))],
    ['a raw profile of IPTC', () => zTXt('Raw profile type iptc', profile('iptc', 'Jörg'))],
  ])('come from %s', async (_name, make) => {
    expect(await exifOf(make())).toContain('Jörg\0');
  });

  const profile = (name: string, byLine: string) => rawProfile(name, photoshopBlock(byLine));

  it('come from raw profiles of EXIF, alone and as a segment', async () => {
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), await exifBlock()]);
    for (const name of ['exif', 'APP1']) {
      const text = zTXt(`Raw profile type ${name}`, rawProfile(name, exif));
      expect(await exifOf(text)).toContain(RIGHTS.artist);
    }
  });

  it('of blocks count before those of texts', async () => {
    const xmp = chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${xmpPacket('© XMP')}`));
    const found = await exifOf(chunk('tEXt', 'Copyright\0© text'), xmp);
    expect(found).toContain('© XMP');
  });

  it('are not unpacked beyond a bound, nor more often than once a keyword', async () => {
    const bomb = zTXt('Author', Buffer.alloc(30_000_000, 'a'));
    const bombs = Array.from({ length: 2000 }, () => bomb);
    expect(await cpuTime(() => exifOf(...bombs), 3000)).toBeLessThan(3000);
  });
});
