import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { probe } from '../../server/src/images/probe';
import { stripped } from '../../server/src/images/strip';
import * as samples from '../support/samples';

/** Signature and IHDR; the last chunk, IEND. */
const HEAD = 33;
const END = 12;

function chunk(type: string, data: string): Buffer {
  const named = Buffer.from(type + data, 'latin1');
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

const secret = chunk('tEXt', 'Author\0Somebody');

describe('taking private chunks out of a PNG', () => {
  let folder: string;
  let png: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'strip-png-'));
    png = await samples.png();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const strip = async (content: Buffer): Promise<Buffer | null> => {
    const file = path.join(folder, 'a.png');
    await writeFile(file, content);
    const parts = await stripped(file, (await probe(file, 'image/png'))!, {});
    return parts && Buffer.concat(await Readable.from(parts).toArray());
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
});
