// Compares uploads: this plugin, the built-in, Directus, and servers with minimal work ("floor"). Each variant runs in
// fresh processes, in turn; the results are medians. Times vary between runs, so only ratios are meaningful. Linux only
// (reads /proc).
//
//   node bench/uploads.mjs [--rounds 3] [--sizes 64,512] [--count 400] [--postgres URL] [--mariadb URL]
//
// Directus is installed from npm into .tmp. If that fails, the tables have no line for Directus.

import { parseArgs } from 'node:util';
import { rate, upload } from './client.mjs';
import { createDatabase } from './database.mjs';
import { start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '64,512' },
    count: { type: 'string', default: '400' },
    postgres: { type: 'string' },
    mariadb: { type: 'string' },
  },
});
const ROUNDS = Number(values.rounds);
const COUNT = Number(values.count);
const MB = 2 ** 20;
/** Size in bytes of the pages that databases and file systems write. */
const PAGE = 4096;

const DIRECTUS = 'Directus 11.16';
const STRICT = 'ours, strict';
const RELAXED = 'ours, relaxed';

const LARGE = {
  'built-in': { builtin: true },
  [DIRECTUS]: { directus: true },
  [RELAXED]: { config: { durability: 'relaxed' } },
  'floor, no fsync': { raw: 'none', request: { plain: true } },
  [STRICT]: {},
  'floor, fsync': { raw: 'sync', request: { plain: true } },
};
const SMALL = {
  'built-in': { builtin: true },
  [DIRECTUS]: { directus: true },
  [STRICT]: {},
  'ours, strict, code in front': { front: true },
  [RELAXED]: { config: { durability: 'relaxed' } },
  'ours, relaxed, no ledger': {
    config: { durability: 'relaxed' },
    env: { BENCH_LEDGER: 'off' },
  },
  'floor in Strapi': { request: { path: '/api/floor', plain: true } },
};
/**
 * The variants that also run on database servers. Directus and the other variants of this plugin run only on SQLite.
 */
const ON_SERVERS = ['built-in', STRICT, 'floor in Strapi'];

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Whether Directus can be started. Prints the reason if it cannot. */
async function hasDirectus() {
  try {
    await (await start({ directus: true })).stop();
    return true;
  } catch (error) {
    console.log(`${DIRECTUS} is left out: ${error.message.split('\n')[0]}`);
    return false;
  }
}

/**
 * Measures each variant once per round, in turn and in a fresh process.
 *
 * @param measure gets a server, and a function that sends a given number of bytes to it
 * @returns the median of each figure, by variant
 */
async function compare(variants, measure) {
  const results = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, options] of Object.entries(variants)) {
      const server = await start(options);
      const request = { ...server.request, ...options.request };
      try {
        results[name].push(await measure(server, (size) => upload(server.url, size, request)));
      } finally {
        await server.stop();
      }
    }
  }
  return mapped(results, (rounds) =>
    mapped(rounds[0], (_figure, key) => median(rounds.map((one) => one[key])))
  );
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

/** Runs `work`. Returns its duration, and the processor time and the written bytes of the server during `work`. */
async function taken(server, work) {
  const look = async () => ({ cpu: await server.cpu(), written: await server.written() });
  const before = await look();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const after = await look();
  return { ms, cpu: after.cpu - before.cpu, written: after.written - before.written };
}

function print(title, figures, digits) {
  console.log(`\n${title}, medians of ${ROUNDS}`);
  console.table(mapped(figures, (row) => mapped(row, (value) => Number(value.toFixed(digits)))));
}

function printRatio(figures, key, [above, below]) {
  if (figures[above] && figures[below]) {
    const ratio = (figures[above][key] / figures[below][key]).toFixed(2);
    console.log(`${above} / ${below}, ${key}: ${ratio}`);
  }
}

async function large(variants, size) {
  const figures = await compare(variants, async (server, send) => {
    await send(100_000);
    const before = await server.peak();
    const { ms, cpu, written } = await taken(server, () => send(size));
    return {
      ms,
      'CPU ms': cpu,
      'memory above idle, MB': ((await server.peak()) - before) / MB,
      'bytes written / size': written / size,
    };
  });
  print(`${size / MB} MB, POST to answer`, figures, 1);
  const pairs = [
    [STRICT, RELAXED],
    ['built-in', STRICT],
    [DIRECTUS, STRICT],
    [STRICT, 'floor, fsync'],
  ];
  pairs.forEach((pair) => printRatio(figures, 'ms', pair));
}

async function small(name, variants) {
  const figures = await compare(variants, async (server, send) => {
    const one = () => send(10_000);
    // Send one upload alone first: of several first uploads at the same time, the built-in makes a folder for each.
    await one();
    await rate(16, 100, one);
    const alone = await taken(server, () => rate(1, COUNT, one));
    const together = await taken(server, () => rate(16, COUNT, one));
    return {
      'alone, per s': (COUNT * 1000) / alone.ms,
      'alone, CPU ms': alone.cpu / COUNT,
      'alone, pages written': alone.written / PAGE / COUNT,
      '16 at once, per s': (COUNT * 1000) / together.ms,
      '16 at once, CPU ms': together.cpu / COUNT,
      '16 at once, pages written': together.written / PAGE / COUNT,
    };
  });
  print(`10 kB on ${name}, ${COUNT} requests`, figures, 1);
  for (const key of ['alone, CPU ms', '16 at once, CPU ms']) {
    printRatio(figures, key, [STRICT, 'built-in']);
    printRatio(figures, key, [STRICT, 'floor in Strapi']);
    printRatio(figures, key, [RELAXED, 'ours, relaxed, no ledger']);
    printRatio(figures, key, ['ours, strict, code in front', STRICT]);
  }
}

/** Compares uploads of small files on a database server. Each variant has a separate database. */
async function smallOn(client, address) {
  const databases = {};
  for (const name of ON_SERVERS) {
    databases[name] = await createDatabase(client, address);
  }
  try {
    const variants = mapped(databases, (database, name) => ({ ...SMALL[name], database }));
    await small(client, variants);
  } finally {
    await Promise.all(Object.values(databases).map(({ drop }) => drop()));
  }
}

const canCompare = await hasDirectus();
const among = (variants) =>
  Object.fromEntries(Object.entries(variants).filter(([name]) => canCompare || name !== DIRECTUS));
for (const size of values.sizes.split(',').filter(Boolean)) {
  await large(among(LARGE), Number(size) * MB);
}
if (COUNT > 0) {
  await small('SQLite', among(SMALL));
  if (values.postgres) {
    await smallOn('postgres', values.postgres);
  }
  if (values.mariadb) {
    await smallOn('mysql', values.mariadb);
  }
}
