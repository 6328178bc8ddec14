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
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = [RED, GREEN, BLUE, YELLOW][
        (y * 2 < height ? 0 : 2) + (x * 2 < width ? 0 : 1)
      ]!;
      data.set(colour, (y * width + x) * 3);
    }
  }
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
