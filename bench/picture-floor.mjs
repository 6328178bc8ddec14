import sharp from 'sharp';

const SIZES = [
  [750, 750],
  [500, 500],
  [245, 156],
];

/** The encoders that ours uses, without a server around them. */
const ENCODE = {
  jpg: (image, optimiseCoding) => image.jpeg({ quality: 80, optimiseCoding }),
  webp: (image) => image.webp({ quality: 79, effort: 2 }),
  png: (image) => image.png({ compressionLevel: 3, adaptiveFiltering: true }),
};

/** The same with sharp's own settings for JPEG, which cost more time for 2 % fewer bytes. */
export const BY_DEFAULT = { ...ENCODE, jpg: (image) => image.jpeg({ quality: 80 }) };

/**
 * The best pipeline for the built-in's outputs that sharp alone allows: one small decode for all
 * sizes, the original encoded again beside it.
 */
export async function makeAll(path, kind, encoders = ENCODE) {
  sharp.concurrency(1);
  sharp.cache(false);
  const encode = encoders[kind];
  const sizes = async () => {
    const { data, info } = await sharp(path)
      .autoOrient()
      .resize(1000, 1000, { fit: 'inside' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const base = () => sharp(data, { raw: info });
    return Promise.all([
      encode(base(), true).toBuffer(),
      ...SIZES.map(([width, height]) =>
        encode(base().resize(width, height, { fit: 'inside' }), true).toBuffer()
      ),
    ]);
  };
  const [main] = await Promise.all([encode(sharp(path), false).toBuffer(), sizes()]);
  return main.length;
}
