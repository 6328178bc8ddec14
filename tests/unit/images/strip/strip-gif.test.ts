import sharp from 'sharp';
import { gif } from '../../../support/planted';
import { strip } from '../../../support/strip';

const EXTENSION = Buffer.from([0x21, 0x00, 0x00]);
const RUBBISH = Buffer.from([0xff, 0xff]);

/** Position after the last block of pixels: the GIF has a comment there. */
const behindPixels = (content: Buffer) => content.lastIndexOf(Buffer.from([0x21, 0xfe]));

describe('taking private blocks out of a GIF', () => {
  it('leaves extensions in front of what is no block, by which decoders tell that the file ends', async () => {
    const whole = await gif();
    const sent = Buffer.concat([whole.subarray(0, behindPixels(whole)), EXTENSION, RUBBISH]);
    const { bytes, complete } = await strip('image/gif', sent);
    const pixels = (content: Buffer) => sharp(content, { animated: true }).raw().toBuffer();
    expect(await pixels(bytes)).toEqual(await pixels(sent));
    expect([bytes.length < sent.length, bytes.subarray(-5), complete]).toEqual([
      true,
      Buffer.concat([EXTENSION, RUBBISH]),
      false,
    ]);
  });

  it('leaves all of one that begins with what is no block', async () => {
    const whole = await gif();
    const sent = Buffer.concat([whole.subarray(0, 13 + 768), EXTENSION, RUBBISH]);
    expect(await strip('image/gif', sent)).toMatchObject({ isSame: true, complete: false });
  });
});
