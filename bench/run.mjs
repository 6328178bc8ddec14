// Ours, the built-in and floors, side by side in one run: fresh processes of each, in turn, and the
// medians. Machines are noisy: what counts are the ratios. Linux only (reads /proc).
//
//   node bench/run.mjs [--rounds 3] [--sizes 64,512] [--count 400]

import { parseArgs } from 'node:util';
import { rate, upload } from './client.mjs';
import { start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '64,512' },
    count: { type: 'string', default: '400' },
  },
});
const ROUNDS = Number(values.rounds);
const COUNT = Number(values.count);
const MB = 2 ** 20;

const LARGE = {
  'built-in (no fsync)': { builtin: true },
  'ours, relaxed': { config: { durability: 'relaxed' } },
  'floor, no fsync': { raw: 'none' },
  'ours, strict': {},
  'floor, fsync': { raw: 'sync' },
};
const SMALL = {
  'built-in': { builtin: true },
  'ours, strict': {},
  'ours, strict, code in front': { front: true },
  'ours, relaxed': { config: { durability: 'relaxed' } },
  'ours, relaxed, no ledger': {
    config: { durability: 'relaxed' },
    env: { BENCH_LEDGER: 'off' },
  },
  'floor in Strapi': { path: '/api/floor', plain: true },
};

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Measures each variant once per round, in turn, each time in a fresh process. */
async function compare(variants, measure) {
  const results = new Map(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, options] of Object.entries(variants)) {
      const server = await start(options);
      try {
        results.get(name).push(await measure(server, options));
      } finally {
        await server.stop();
      }
    }
  }
  return results;
}

/** Median of one figure per variant. */
const medians = (results, key) =>
  Object.fromEntries(
    [...results].map(([name, list]) => [name, median(list.map((one) => one[key]))])
  );

async function large(size) {
  const results = await compare(LARGE, async (server, { raw }) => {
    const plain = Boolean(raw);
    await upload(server.url, 100_000, { plain });
    const before = { peak: await server.peak(), written: await server.written() };
    const started = performance.now();
    await upload(server.url, size, { plain });
    return {
      ms: performance.now() - started,
      memory: (await server.peak()) - before.peak,
      written: ((await server.written()) - before.written) / size,
    };
  });
  const ms = medians(results, 'ms');
  const memory = medians(results, 'memory');
  const written = medians(results, 'written');
  console.log(`\n${size / MB} MB, POST to 201, medians of ${ROUNDS}`);
  console.table(
    Object.fromEntries(
      Object.keys(LARGE).map((name) => [
        name,
        {
          ms: Math.round(ms[name]),
          'memory above idle, MB': Math.round(memory[name] / MB),
          'bytes written / size': Number(written[name].toFixed(2)),
        },
      ])
    )
  );
  console.log(
    `built-in / ours relaxed: ${(ms['built-in (no fsync)'] / ms['ours, relaxed']).toFixed(2)}`
  );
  console.log(
    `ours strict / floor with fsync: ${(ms['ours, strict'] / ms['floor, fsync']).toFixed(2)}`
  );
}

async function small() {
  const results = await compare(SMALL, async (server, options) => {
    const send = () => upload(server.url, 10_000, options);
    // One alone first: the built-in makes its folder for each of the first ones at once.
    await send();
    await rate(16, 50, send);
    return { rate: await rate(16, COUNT, send) };
  });
  const rates = medians(results, 'rate');
  console.log(`\n10 kB, 16 at once, ${COUNT} requests, medians of ${ROUNDS}`);
  console.table(
    Object.fromEntries(
      Object.entries(rates).map(([name, value]) => [name, { 'per s': Math.round(value) }])
    )
  );
  const ratio = (a, b) => (rates[a] / rates[b]).toFixed(2);
  console.log(`ours strict / built-in: ${ratio('ours, strict', 'built-in')}`);
  console.log(
    `ours strict / with code in front: ${ratio('ours, strict', 'ours, strict, code in front')}`
  );
  console.log(`ours relaxed / built-in: ${ratio('ours, relaxed', 'built-in')}`);
  console.log(`floor in Strapi / ours strict: ${ratio('floor in Strapi', 'ours, strict')}`);
  console.log(`floor in Strapi / ours relaxed: ${ratio('floor in Strapi', 'ours, relaxed')}`);
  const share = 1 - rates['ours, relaxed'] / rates['ours, relaxed, no ledger'];
  console.log(`the ledger's share of the time: ${(share * 100).toFixed(0)} %`);
}

for (const size of values.sizes.split(',').filter(Boolean)) {
  await large(Number(size) * MB);
}
if (COUNT > 0) {
  await small();
}
