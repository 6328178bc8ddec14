import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { bytesAt, storeFile } from '../support/api';
import { startPictureServer } from '../support/picture-server';
import { moving, noise, PLANTED, riff, segment, tiff } from '../support/planted';
import * as samples from '../support/samples';
import { copyTags, tagsIn, writeAllTags, type Tag } from './exiftool';
import { MAY_STAY } from './may-stay';

/** Plain images, by file name. exiftool then writes all its tags into each image whose format it can write. */
const PLAIN: Record<string, () => Promise<Buffer> | Buffer> = {
  'photo.jpg': () => noise(320, 240).jpeg().withIccProfile('p3').toBuffer(),
  'progressive.jpg': () => noise(320, 240).jpeg({ progressive: true }).toBuffer(),
  'picture.png': () => noise(320, 240).png().toBuffer(),
  'picture.gif': () => noise(320, 240).gif().toBuffer(),
  'moving.gif': () => moving('gif'),
  'eight.tif': () => noise(320, 240).tiff({ compression: 'lzw' }).toBuffer(),
  'sixteen.tif': () => noise(64, 48).toColourspace('rgb16').tiff().toBuffer(),
  'tiles.tif': () => noise(64, 48).tiff({ tile: true, pyramid: true }).toBuffer(),
  'picture.avif': () => noise(320, 240).avif({ effort: 0 }).toBuffer(),
  'photo.heic': () => samples.heic(),
};

/** Images with data that phones and other devices append, and images whose format exiftool cannot write. */
const MADE: Record<string, (full: (name: string) => Buffer) => Promise<Buffer>> = {
  'second.jpg': async (full) => Buffer.concat([full('photo.jpg'), full('progressive.jpg')]),
  'motion.jpg': async (full) => Buffer.concat([full('photo.jpg'), samples.mp4()]),
  'samsung.jpg': async (full) => Buffer.concat([full('photo.jpg'), samsungTrailer()]),
  'unended.jpg': async (full) =>
    Buffer.concat([full('photo.jpg').subarray(0, -2), full('progressive.jpg')]),
  'big.tif': async () => tiff({ isLittle: true, isBig: true }),
  'picture.webp': async (full) => webpWith(full('photo.jpg')),
};

/** Samsung's trailer `SEFT`: blocks, a list of the blocks, and the length of the list. */
function samsungTrailer(): Buffer {
  const data = Buffer.from(`\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data${PLANTED}`, 'latin1');
  const list = Buffer.alloc(24);
  list.write('SEFH', 0, 'latin1');
  list.writeUInt32LE(103, 4);
  list.writeUInt32LE(1, 8);
  list.writeUInt16LE(0x0a01, 14);
  list.writeUInt32LE(data.length, 16);
  list.writeUInt32LE(data.length, 20);
  const end = Buffer.from('\x18\0\0\0SEFT', 'latin1');
  return Buffer.concat([data, list, end]);
}

/** A WebP with the EXIF and XMP of a JPEG. */
async function webpWith(jpeg: Buffer): Promise<Buffer> {
  const { exif, xmp } = await sharp(jpeg).metadata();
  const plain = await noise(320, 240).webp().withIccProfile('p3').toBuffer();
  plain[20]! |= 0x0c;
  const chunks = [plain.subarray(12), riff('EXIF', exif!.subarray(6)), riff('XMP ', xmp!)];
  return riff('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

let folder: string;
let site: Awaited<ReturnType<typeof startPictureServer>>;
const full = new Map<string, Buffer>();

/** Adds a preview to a JPEG, as cameras do. exiftool does not write a preview by itself. */
const withPreview = (jpeg: Buffer) =>
  Buffer.concat([jpeg.subarray(0, 2), segment(0xe4, `${PLANTED} preview`), jpeg.subarray(2)]);

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'corpus-'));
  await mkdir(path.join(folder, 'full'));
  const at = (name: string) => path.join(folder, 'full', name);
  const plain = (name: string) => path.join(folder, name);
  for (const [name, make] of Object.entries(PLAIN)) {
    await writeFile(plain(name), await make());
  }
  const [first, ...others] = Object.keys(PLAIN);
  await writeAllTags(plain(first!), at(first!), PLANTED);
  await copyTags(at(first!), others.map(plain), path.join(folder, 'full'));
  for (const name of Object.keys(PLAIN)) {
    full.set(name, await readFile(at(name)));
  }
  full.set('photo.jpg', withPreview(full.get('photo.jpg')!));
  for (const [name, make] of Object.entries(MADE)) {
    full.set(name, await make((other) => full.get(other)!));
  }
  site = await startPictureServer();
}, 100_000);
afterAll(async () => {
  await site?.server.stop();
  await rm(folder, { recursive: true });
});

const names = [...Object.keys(PLAIN), ...Object.keys(MADE)];

it('the corpus is full of metadata', async () => {
  const some = ['photo.jpg', 'picture.png', 'eight.tif', 'picture.avif', 'photo.heic'];
  const found = await tagsIn(some.map((name) => path.join(folder, 'full', name)));
  for (const tags of found.values()) {
    expect(tags.filter(({ value }) => value.includes(PLANTED)).length).toBeGreaterThan(500);
  }
  expect(found.size).toBe(some.length);
});

describe.each([true, false])('where sizeOptimization is %s', (sizeOptimization) => {
  /**
   * The stored files of each image: the original and one size. The server makes all sizes in the same way, so one is
   * enough.
   */
  const stored = new Map<string, string[]>();
  let found: Map<string, Tag[]>;
  beforeAll(async () => {
    await site.configure({}, { sizeOptimization });
    for (const name of names) {
      const row = await storeFile(site.server, name, full.get(name)!);
      const urls = [row, ...Object.values(row.formats ?? {})].map(({ url }) => url).slice(0, 2);
      const files = urls.map((url) => path.join(folder, path.basename(url)));
      for (const [index, url] of urls.entries()) {
        await writeFile(files[index]!, await bytesAt(site.server, url));
      }
      stored.set(name, files);
    }
    found = await tagsIn([...stored.values()].flat());
  }, 100_000);

  it.each(names)('%s is stored with nothing but what may stay', (name) => {
    const allowed = MAY_STAY[kindOf(name)]!;
    for (const file of stored.get(name)!) {
      const tags = found.get(file)!;
      const others = tags.filter((tag) => !allowed.some((one) => is(tag.name, one)));
      expect([file, others]).toEqual([file, []]);
      const told = tags.filter(({ value }) => value.includes(PLANTED)).map((tag) => tag.name);
      expect(told.filter((tag) => !/:(?:Artist|Copyright)$/.test(tag))).toEqual([]);
    }
  });

  it.each(names.filter((name) => !/gif$|^big/.test(name)))('%s keeps its rights', (name) => {
    if (sizeOptimization && name.endsWith('.tif')) {
      // A TIFF that is encoded again loses the tags with the rights.
      return;
    }
    const [original] = stored.get(name)!;
    const values = found.get(original!)!.map((tag) => tag.name);
    expect(values).toEqual(expect.arrayContaining(['IFD0:Artist', 'IFD0:Copyright']));
  });
});

const is = (name: string, allowed: string | RegExp): boolean =>
  typeof allowed === 'string' ? name === allowed : allowed.test(name);

const kindOf = (name: string): string => path.extname(name).slice(1).replace('avif', 'heic');
