import sharp from 'sharp';

/**
 * Pixels with the statistics of photographs: noise whose amplitude falls with its frequency (1/f), some shapes with
 * sharp edges, and a little grain. The pixels are the same each time.
 */
export async function photo(width, height) {
  const random = generator(1);
  let layer;
  for (let side = 4; ; side = Math.min(side * 2, width)) {
    const info = {
      width: side,
      height: Math.max(2, Math.round((side * height) / width)),
      channels: 3,
    };
    const amplitude = side === width ? 1.5 : 100 / (side / 4) ** 0.7;
    layer = { info, data: addNoise(await enlarge(layer, info), amplitude, random) };
    if (side === width) {
      return withShapes(layer, random);
    }
  }
}

/** Returns the pixels as the bytes of an image file. `encode` chooses the file format. */
export const encoded = (pixels, encode) =>
  encode(sharp(pixels.data, { raw: pixels.info })).toBuffer();

const enlarge = (layer, { width, height, channels }) =>
  layer
    ? sharp(layer.data, { raw: layer.info })
        .resize(width, height, { fit: 'fill', kernel: 'cubic' })
        .raw()
        .toBuffer()
    : Buffer.alloc(width * height * channels, 128);

/** Adds noise: mostly in brightness, a little in colour. */
function addNoise(data, amplitude, random) {
  for (let at = 0; at < data.length; at += 3) {
    const light = (random() - 0.5) * 2 * amplitude;
    const colour = (random() - 0.5) * 0.5 * amplitude;
    data[at] = clamp(data[at] + light + colour);
    data[at + 1] = clamp(data[at + 1] + light);
    data[at + 2] = clamp(data[at + 2] + light - colour);
  }
  return data;
}

const clamp = (value) => Math.max(0, Math.min(255, value));

async function withShapes({ data, info }, random) {
  const { width, height } = info;
  const shapes = Array.from({ length: 60 }, () => {
    const part = (length, share = 1) => Math.round(random() * length * share);
    const fill = `rgb(${part(255)},${part(255)},${part(255)})`;
    return `<ellipse cx="${part(width)}" cy="${part(height)}" rx="${part(width, 0.06)}" ry="${part(height, 0.06)}" fill="${fill}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  const result = await sharp(data, { raw: info })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { data: result, info };
}

/** Makes pseudorandom numbers from 0 to 1 (a linear congruential generator). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
