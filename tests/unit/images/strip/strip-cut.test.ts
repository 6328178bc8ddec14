import sharp from 'sharp';
import {
  gif,
  moving,
  noise,
  PLANTED,
  riff,
  RIGHTS,
  subBlocks,
  webp,
} from '../../../support/planted';
import { strip } from '../../../support/strip';

const pixels = (content: Buffer) => sharp(content, { animated: true }).raw().toBuffer();

/** A WebP with these chunks and a correct size in its header. */
const webpOf = (...chunks: Buffer[]) =>
  riff('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));

describe('taking private chunks out of a WebP', () => {
  it('leaves one that has none as it is', async () => {
    const plain = [await noise().webp().toBuffer(), await moving('webp')];
    for (const content of plain) {
      expect(await strip('image/webp', content)).toMatchObject({ isSame: true, complete: true });
    }
  });

  it('takes them out of frames too', async () => {
    const plain = await moving('webp');
    const secret = riff('PRVT', Buffer.from(PLANTED));
    const chunks: Buffer[] = [];
    for (let at = 12; at < plain.length;) {
      const bytes = plain.readUInt32LE(at + 4);
      const data = plain.subarray(at + 8, at + 8 + bytes);
      const name = plain.toString('latin1', at, at + 4);
      chunks.push(riff(name, name === 'ANMF' ? Buffer.concat([data, secret]) : data));
      at += 8 + bytes + (bytes % 2);
    }
    const sent = webpOf(...chunks);
    expect(sent.includes(PLANTED)).toBe(true);
    expect((await strip('image/webp', sent)).bytes).toEqual(plain);
  });

  it('writes sizes and flags that fit, and no orientation', async () => {
    const { bytes } = await strip('image/webp', await webp({ orientation: 6 }));
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(bytes[20]! & 0x0c).toBe(0x08);
    const { orientation, exif } = await sharp(bytes).metadata();
    expect([orientation ?? 1, exif?.includes(RIGHTS.artist)]).toEqual([1, true]);
  });
});

describe('taking private blocks out of a GIF', () => {
  it('leaves one that has none as it is, with its loops', async () => {
    const looping = await sharp(await moving('gif'), { animated: true })
      .gif({ loop: 3 })
      .toBuffer();
    expect(looping.includes('NETSCAPE2.0')).toBe(true);
    expect(await strip('image/gif', looping)).toMatchObject({ isSame: true, complete: true });
  });

  it('keeps frames, times and loops', async () => {
    const sent = await gif();
    const { bytes } = await strip('image/gif', sent);
    const about = async (content: Buffer) => {
      const { delay, loop, pages } = await sharp(content, { animated: true }).metadata();
      return { delay, loop, pages };
    };
    expect(await about(bytes)).toEqual(await about(sent));
    expect(await pixels(bytes)).toEqual(await pixels(sent));
  });

  it('keeps what is there of one that is cut off', async () => {
    const plain = await moving('gif');
    const cut = plain.subarray(0, plain.length - 40);
    expect(await strip('image/gif', cut)).toMatchObject({ isSame: true, complete: true });
  });

  it('stays where something is no block, and is told', async () => {
    const plain = await moving('gif');
    const sent = Buffer.concat([plain.subarray(0, -1), Buffer.from([7]), subBlocks(PLANTED)]);
    expect(await strip('image/gif', sent)).toMatchObject({ isSame: true, complete: false });
  });
});
