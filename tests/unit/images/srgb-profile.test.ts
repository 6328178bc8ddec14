import sharp from 'sharp';
import { isSrgbProfile } from '../../../server/src/images/render/srgb-profile';

const profileOf = async (name: string): Promise<Buffer> => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
  const { icc } = await sharp(await image.withIccProfile(name).png().toBuffer()).metadata();
  return icc!;
};

it('knows sRGB by its numbers', async () => {
  expect(isSrgbProfile(await profileOf('srgb'))).toBe(true);
});

it.each(['p3', 'cmyk'])('takes %s for no sRGB, whatever its name says', async (name) => {
  const icc = await profileOf(name).catch(() => Buffer.alloc(0));
  expect(isSrgbProfile(icc)).toBe(false);
});

it.each(['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'])('looks at its %s', async (name) => {
  const icc = await profileOf('srgb');
  const entry = icc.indexOf(name, 128, 'latin1');
  const changed = Buffer.from(icc);
  // The profile's entry now points to the bytes of another tag.
  changed.writeUInt32BE(icc.readUInt32BE(icc.indexOf('wtpt', 128, 'latin1') + 4), entry + 4);
  expect(isSrgbProfile(changed)).toBe(false);
});

it('takes what is cut off for none', async () => {
  const icc = await profileOf('srgb');
  for (let length = 0; length < icc.length - 8; length += 7) {
    expect(isSrgbProfile(icc.subarray(0, length))).toBe(false);
  }
});
