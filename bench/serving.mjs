// Compares the speed of reading stored files: this plugin, the built-in and the `send` library. Each variant runs in
// fresh processes, in turn; the results are medians. Times vary between runs, so only ratios are meaningful. Linux
// only.
//
//   node bench/serving.mjs [--rounds 3] [--count 4000]

import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rate } from './client.mjs';
import { lightClient, read, readRange } from './reader.mjs';
import { start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    count: { type: 'string', default: '4000' },
  },
});
const ROUNDS = Number(values.rounds);
const COUNT = Number(values.count);
const MB = 2 ** 20;

const VARIANTS = {
  'built-in': { builtin: true },
  ours: {},
  'ours, early': { config: { serving: { early: true } } },
  'send, alone': { floor: true },
};

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[Math.floor(list.length / 2)];

async function fill(folder) {
  await writeFile(path.join(folder, 'small.bin'), Buffer.alloc(10_000, 'x'));
  await writeFile(path.join(folder, 'large.bin'), Buffer.alloc(100 * MB, 'x'));
  await writeFile(path.join(folder, 'huge.bin'), '');
  await truncate(path.join(folder, 'huge.bin'), 1024 * MB);
  // Wait, because this plugin does not cache a file in memory that has just changed. The files of a real library are
  // older.
  await setTimeout(2500);
}

/** Runs `work` several times. Returns its shortest duration in ms. */
async function fastest(times, work) {
  const taken = [];
  for (let count = 0; count < times; count += 1) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  return Math.min(...taken);
}

/** Measures the requests per second with 16 clients, each on a persistent connection. */
async function readRate(url, headers) {
  const clients = await Promise.all(Array.from({ length: 16 }, () => lightClient(url, headers)));
  const free = [...clients];
  const one = async () => {
    const client = free.pop();
    await client.get();
    free.push(client);
  };
  await rate(16, COUNT / 4, one);
  const perSecond = await rate(16, COUNT, one);
  clients.forEach((client) => client.close());
  return perSecond;
}

async function measure(server) {
  await fill(server.uploads);
  const at = (name) => `${server.url}/uploads/${name}`;
  const small = at('small.bin');
  const { headers } = await read(small);
  // The built-in sends no ETag and never answers 304.
  const known = headers.etag
    ? { 'if-none-match': headers.etag }
    : { 'if-modified-since': headers['last-modified'] };
  return {
    '10 kB, per s': await readRate(small),
    'conditional, per s': await readRate(small, known),
    '1 MB in the middle of 1 GB, ms': await fastest(3, () =>
      readRange(at('huge.bin'), 512 * MB, 513 * MB - 1)
    ),
    '100 MB, ms': await fastest(5, () => read(at('large.bin'))),
  };
}

const results = new Map(Object.keys(VARIANTS).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, options] of Object.entries(VARIANTS)) {
    const server = await start(options);
    try {
      results.get(name).push(await measure(server));
    } finally {
      await server.stop();
    }
  }
}

const figures = (name, key) => results.get(name).map((one) => one[key]);
const keys = Object.keys(results.get('ours')[0]);
console.log(`\nReading, medians of ${ROUNDS}, and from the least to the most`);
console.table(
  Object.fromEntries(
    [...results.keys()].map((name) => [
      name,
      Object.fromEntries(
        keys.map((key) => {
          const list = sorted(figures(name, key));
          const [least, middle, most] = [list[0], median(list), list.at(-1)].map((value) =>
            value < 100 ? Number(value.toFixed(1)) : Math.round(value)
          );
          return [key, `${middle} (${least}–${most})`];
        })
      ),
    ])
  )
);
const ratio = (key, a, b) => (median(figures(a, key)) / median(figures(b, key))).toFixed(2);
console.log(`10 kB, ours / built-in: ${ratio(keys[0], 'ours', 'built-in')}`);
console.log(`10 kB, ours early / built-in: ${ratio(keys[0], 'ours, early', 'built-in')}`);
console.log(
  `ours, conditional / whole: ${(median(figures('ours', keys[1])) / median(figures('ours', keys[0]))).toFixed(2)}`
);
console.log(
  `early, conditional / whole: ${(median(figures('ours, early', keys[1])) / median(figures('ours, early', keys[0]))).toFixed(2)}`
);
console.log(`range, built-in / ours: ${ratio(keys[2], 'built-in', 'ours')}`);
console.log(`100 MB, ours / send: ${ratio(keys[3], 'ours', 'send, alone')}`);
console.log(`100 MB, ours early / send: ${ratio(keys[3], 'ours, early', 'send, alone')}`);
