import sharp from 'sharp';
import {
  exifBlock,
  jpeg,
  noise,
  photoshopBlock,
  PLANTED,
  RIGHTS,
  segment,
  XMP_NAME,
  xmpPacket,
} from '../../../support/planted';
import { strip as stripPicture } from '../../../support/strip';

const strip = (content: Buffer, wishes?: Parameters<typeof stripPicture>[2]) =>
  stripPicture('image/jpeg', content, wishes);
const pixels = (content: Buffer) => sharp(content, { failOn: 'none' }).raw().toBuffer();

const EOI = Buffer.from([0xff, 0xd9]);

/** A JPEG with these bytes before its first segment. */
const startingWith = (plain: Buffer, ...parts: Buffer[]) =>
  Buffer.concat([plain.subarray(0, 2), ...parts, plain.subarray(2)]);

describe('taking private segments out of a JPEG', () => {
  let plain: Buffer;
  beforeAll(async () => {
    plain = await noise().jpeg().toBuffer();
  });

  it('leaves one that has none as it is, with a profile and Adobe’s colours too', async () => {
    const cmyk = await noise().toColourspace('cmyk').jpeg().withIccProfile('cmyk').toBuffer();
    for (const content of [plain, cmyk, await noise().jpeg({ progressive: true }).toBuffer()]) {
      expect(await strip(content)).toMatchObject({ isSame: true, complete: true });
    }
  });

  it('leaves a profile whose name does not end in a zero, which decoders take too', async () => {
    const sent = await noise().withIccProfile('p3').jpeg().toBuffer();
    sent[sent.indexOf('ICC_PROFILE') + 'ICC_PROFILE'.length] = 0x79;
    expect((await sharp(sent).metadata()).hasProfile).toBe(true);
    expect(await strip(sent)).toMatchObject({ isSame: true, complete: true });
  });

  it('leaves what is coded as it is', async () => {
    expect((await strip(startingWith(plain, segment(0xfe, PLANTED)))).bytes).toEqual(plain);
    expect((await strip(Buffer.concat([plain, Buffer.from(PLANTED)]))).bytes).toEqual(plain);
  });

  it('takes stray bytes between segments for nothing', async () => {
    const { bytes } = await strip(await jpeg({ stray: `${PLANTED}\xff\x00\xff\xd0` }));
    expect(bytes.includes(PLANTED)).toBe(false);
    expect((await pixels(bytes)).length).toBe(64 * 48 * 3);
  });

  it('ends one without an end where the next picture begins', async () => {
    const open = plain.subarray(0, -2);
    const { bytes } = await strip(Buffer.concat([open, await jpeg()]));
    expect(bytes).toEqual(plain);
  });

  it('ends one whose end has become a segment', async () => {
    const broken = Buffer.concat([plain.subarray(0, -1), Buffer.from([0xfe, 0xc0, 0, 1, 2, 3])]);
    expect((await strip(broken)).bytes).toEqual(plain);
  });

  it('keeps what is there of one that is cut off', async () => {
    const cut = plain.subarray(0, Math.floor(plain.length * 0.8));
    expect(await strip(cut)).toMatchObject({ isSame: true, complete: true });
    const { bytes } = await strip(startingWith(cut, segment(0xe5, PLANTED)));
    expect(bytes).toEqual(cut);
  });

  it('is not led on by markers in entropy-coded data', async () => {
    // The data contain a stuffed byte, a restart marker, fill bytes, and a reserved marker.
    const scan = plain.indexOf(Buffer.from([0xff, 0xda]));
    const head = scan + 2 + plain.readUInt16BE(scan + 2);
    const data = Buffer.from([0xff, 0, 0xff, 0xd3, 0xff, 0xff, 0, 0xff, 0x02, 1, 2, 0xff]);
    const content = Buffer.concat([plain.subarray(0, head), data, EOI, Buffer.from(PLANTED)]);
    const { bytes } = await strip(content);
    expect(bytes).toEqual(content.subarray(0, -PLANTED.length));
  });

  it('finds an end that lies across pieces of the file', async () => {
    const scan = plain.indexOf(Buffer.from([0xff, 0xda]));
    const head = scan + 2 + plain.readUInt16BE(scan + 2);
    for (const more of [-2, -1, 0, 1, 2]) {
      const data = Buffer.alloc(65_536 - head + more, 0x55);
      const whole = Buffer.concat([plain.subarray(0, head), data, EOI]);
      const { bytes } = await strip(Buffer.concat([whole, Buffer.from(PLANTED)]));
      expect(bytes.equals(whole)).toBe(true);
    }
  });

  it('writes the orientation where it is not 1, and nothing where nothing is to be said', async () => {
    const orientationOf = async (content: Buffer) => (await sharp(content).metadata()).orientation;
    expect(await orientationOf((await strip(await jpeg({ orientation: 6 }))).bytes)).toBe(6);
    const given = await strip(await jpeg({ orientation: 6 }), { orientation: 3, rights: {} });
    expect(await orientationOf(given.bytes)).toBe(3);
    const { bytes } = await strip(await jpeg(), { rights: null });
    expect((await sharp(bytes).metadata()).exif).toBeUndefined();
  });

  it('has more than anybody writes: stays, and is told', async () => {
    const many = Buffer.concat(Array.from({ length: 30_001 }, () => segment(0xfe, 'x')));
    expect(await strip(startingWith(plain, many))).toMatchObject({ isSame: true, complete: false });
  });
});

describe('rights of a JPEG', () => {
  const saidIn = async (...segments: Buffer[]) => {
    const content = startingWith(await noise().jpeg().toBuffer(), ...segments);
    return (await strip(content, { rights: { copyright: 'given' } })).bytes;
  };
  const exif = async () =>
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), await exifBlock()]));
  const xmp = segment(0xe1, Buffer.concat([Buffer.from(XMP_NAME), xmpPacket('© XMP')]));
  const iptc = segment(0xed, photoshopBlock('By Line'));

  it('come from EXIF before IPTC, from that before XMP, from that before what is given', async () => {
    expect((await saidIn(xmp, iptc, await exif())).includes(RIGHTS.artist)).toBe(true);
    const without = await saidIn(xmp, iptc);
    expect([without.includes('By Line'), without.includes('© XMP')]).toEqual([true, true]);
    expect((await saidIn(segment(0xfe, 'x'))).includes('given')).toBe(true);
  });
});
