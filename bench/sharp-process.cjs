'use strict';

// A process for comparison: it makes images with sharp alone. Each message is a job; the answer is its number of bytes.

const sharp = require('sharp');
const { tellFigures } = require('./told.cjs');

// Each job reads its file, as a server does with an image that is new to it.
sharp.cache(false);

/**
 * @param {object} job `path` of the image, `width`, `height` (null: follows from the width), `format` and `options` of
 *   the encoder
 */
async function make({ path, width, height, format, options }) {
  const output = sharp(path).autoOrient().resize(width, height, { fit: 'cover' });
  return (await output.toFormat(format, options).toBuffer()).length;
}

process.on('message', async (job) => {
  if (job !== 'figures') {
    process.send({ bytes: await make(job) });
  }
});
tellFigures();
process.on('disconnect', () => process.exit());
process.send({ port: null, concurrency: sharp.concurrency() });
