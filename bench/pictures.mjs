// Compares the processing of images: this plugin, the built-in, and the fastest pipeline with sharp alone. The variants
// run in turn; the results are medians and ratios. Linux only (reads /proc). In the results, `floor` is the pipeline
// with this plugin's encoder settings, and `plain` is the pipeline with sharp's default settings for JPEG.
//
//   node bench/pictures.mjs [--rounds 5] [--only single,many,crowd,bombs,serving] [--photos folder]
//
// --photos: also measures each image in a folder, such as the folder of Debian's package mate-backgrounds.

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { median, ratio, timed, unique, upload } from './picture-client.mjs';
import { encoded, photo } from './photo.mjs';
import { crowd, explosive, serving } from './picture-load.mjs';
import { BY_DEFAULT, makeAll } from './picture-floor.mjs';
import { start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'single,many,crowd,bombs,serving' },
    photos: { type: 'string' },
  },
});
const ROUNDS = Number(values.rounds);
const HOME = path.join(import.meta.dirname, '../.tmp/bench/pictures');
const TYPES = { jpg: 'image/jpeg', webp: 'image/webp', png: 'image/png' };

/** Writes an image to the disk. Returns its path for the pipeline with sharp alone, and its bytes for a form. */
async function saved(name, data) {
  const file = path.join(HOME, name);
  await writeFile(file, data);
  const kind = path.extname(name).slice(1);
  return { name, path: file, kind, type: TYPES[kind], data };
}

async function photographs() {
  await mkdir(HOME, { recursive: true });
  const jpeg = async (name, width, height) =>
    saved(name, await encoded(await photo(width, height), (image) => image.jpeg({ quality: 92 })));
  const large = await photo(4000, 3000);
  const screen = await photo(3840, 2160);
  return {
    jpeg3: await jpeg('3 MP.jpg', 2048, 1536),
    jpeg12: await jpeg('12 MP.jpg', 4000, 3000),
    jpeg24: await jpeg('24 MP.jpg', 6000, 4000),
    webp12: await saved(
      '12 MP.webp',
      await encoded(large, (image) => image.webp({ quality: 92, effort: 1 }))
    ),
    png4k: await saved(
      '4K.png',
      await encoded(screen, (image) => image.png({ compressionLevel: 6 }))
    ),
  };
}

/**
 * Measures `work` after all that the previous variant may have left to do. A server may still remove temporary files
 * after its answer. The system may still have bytes to write, and the next sync would wait for them.
 */
async function settled(work) {
  await setTimeout(300);
  await promisify(execFile)('sync');
  return timed(work);
}

/**
 * Runs several pieces of work in turn, for several rounds.
 *
 * @returns the median duration of each piece of work in ms, and its last result
 */
async function inTurn(works) {
  const times = {};
  const results = {};
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const { ms, result } = await settled(work);
      results[name] = result;
      // The first round is a warm-up, so its times do not count.
      times[name] = round === 0 ? [] : [...times[name], ms];
    }
  }
  const ms = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
  return { ms, results };
}

/** Makes a row of the table: the time of each variant in ms, and the ratios of the times. */
const compared = (ms) => ({
  ...Object.fromEntries(Object.entries(ms).map(([name, time]) => [name, Math.round(time)])),
  'built-in / ours': ratio(ms.builtin, ms.ours),
  'ours / floor': ratio(ms.ours, ms.floor),
  'ours / plain': ratio(ms.ours, ms.plain),
});

const servers = async () => ({ builtin: await start({ builtin: true }), ours: await start({}) });

/** Sends one image at a time. Measures the time from the POST to the answer 201. */
async function single(files) {
  const { builtin, ours } = await servers();
  const table = {};
  for (const file of files) {
    const { ms, results } = await inTurn({
      builtin: () => upload(builtin.url, [file]),
      ours: () => upload(ours.url, [file]),
      floor: () => makeAll(file.path, file.kind),
      plain: () => makeAll(file.path, file.kind, BY_DEFAULT),
    });
    const [size, builtinSize] = [results.ours[0].size, results.builtin[0].size];
    table[file.name] = { ...compared(ms), 'bytes ours / built-in': ratio(size, builtinSize) };
  }
  await builtin.stop();
  await ours.stop();
  console.log(`\nOne picture, POST to 201, ms, medians of ${ROUNDS}`);
  console.table(table);
}

/** Sends twenty images of 3 MP: in one request, and in twenty requests at once. */
async function many(file) {
  const list = Array.from({ length: 20 }, () => file);
  const { builtin, ours } = await servers();
  const work = {
    'one request': (url) => upload(url, list.map(unique)),
    '20 requests': (url) => Promise.all(list.map((one) => upload(url, [unique(one)]))),
  };
  const table = {};
  for (const [name, run] of Object.entries(work)) {
    const { ms } = await inTurn({
      builtin: () => run(builtin.url),
      ours: () => run(ours.url),
      floor: () => floorOf(list),
      plain: () => floorOf(list, BY_DEFAULT),
    });
    table[name] = compared(ms);
  }
  await builtin.stop();
  await ours.stop();
  console.log('\n20 photos of 3 MP, ms');
  console.table(table);
}

/**
 * Processes a list of images with the pipeline with sharp alone, two images at a time. With more images at a time than
 * processors, the pipeline would not be faster.
 */
async function floorOf(list, encoders) {
  const queue = list.values();
  const worker = async () => {
    for (const file of queue) {
      await makeAll(file.path, file.kind, encoders);
    }
  };
  await Promise.all([worker(), worker()]);
}

const files = await photographs();
const chosen = new Set(values.only.split(','));
if (chosen.has('single')) {
  await single([files.jpeg12, files.jpeg24, files.webp12, files.png4k]);
}
if (values.photos) {
  const names = (await readdir(values.photos)).filter(
    (name) => path.extname(name).slice(1) in TYPES
  );
  const read = async (name) => saved(name, await readFile(path.join(values.photos, name)));
  await single(await Promise.all(names.map(read)));
}
if (chosen.has('many')) {
  await many(files.jpeg3);
}
if (chosen.has('crowd')) {
  await crowd(files.jpeg24);
}
if (chosen.has('bombs')) {
  await explosive();
}
if (chosen.has('serving')) {
  await serving(files.webp12);
}
await rm(HOME, { recursive: true });
process.exit();
