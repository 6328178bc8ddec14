import sharp from 'sharp';

type Colour = [red: number, green: number, blue: number];

export const RED: Colour = [220, 30, 30];
export const GREEN: Colour = [30, 200, 30];
export const BLUE: Colour = [30, 30, 220];
export const YELLOW: Colour = [220, 220, 30];

/** Allowed difference of a colour channel. Lossy encoders and colour conversions change values a little. */
const TOLERANCE = 14;

/** An image of four colours: red and green above, blue and yellow below. */
export function quarters(width: number, height: number) {
  const left = Math.ceil(width / 2);
  const lineOf = (first: Colour, second: Colour): Buffer =>
    Buffer.concat([
      Buffer.alloc(left * 3, Buffer.from(first)),
      Buffer.alloc((width - left) * 3, Buffer.from(second)),
    ]);
  const above = Math.ceil(height / 2);
  const data = Buffer.concat([
    Buffer.alloc(above * width * 3, lineOf(RED, GREEN)),
    Buffer.alloc((height - above) * width * 3, lineOf(BLUE, YELLOW)),
  ]);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The colours in the middle of each quarter, in reading order. Rotates the image by its EXIF orientation first. */
export async function coloursOf(picture: Buffer, page = 0): Promise<Colour[]> {
  const { data, info } = await sharp(picture, { page })
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ].map(([x, y]) => {
    const at = Math.floor(y! * info.height) * info.width + Math.floor(x! * info.width);
    return [...data.subarray(at * info.channels, at * info.channels + 3)] as Colour;
  });
}

/** Compares colours within {@link TOLERANCE}. The error message shows both lists. */
export function expectColours(found: Colour[], expected: Colour[]): void {
  const near = found.map((colour, index) =>
    colour.every((value, channel) => Math.abs(value - expected[index]![channel]!) <= TOLERANCE)
      ? expected[index]
      : colour
  );
  expect(near).toEqual(expected);
}
