// Measures how one client's large upload, download or query affects other clients: the duration of requests for
// `/_health` at the same time, and the server's memory. Runs this plugin and the built-in, each in a fresh process.
// Linux only (reads /proc).
//
//   node bench/beside.mjs [--rows 50000] [--requests 500] [--only upload,list]
//
// Fails if `/_health` takes longer with this plugin than the bound of a scenario.

import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { send, upload } from './client.mjs';
import { fillLibrary } from './fill-library.mjs';
import { askBeside } from './health.mjs';
import { encoded, photo } from './photo.mjs';
import { read } from './reader.mjs';
import { start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    requests: { type: 'string', default: '500' },
    only: { type: 'string' },
  },
});
const ROWS = Number(values.rows);
const REQUESTS = Number(values.requests);
const MB = 2 ** 20;

/** Number of ordinary requests before the measurement. */
const WARM_UP = 100;

/** Longest allowed duration of a request for `/_health` in ms, in scenarios that have no `bound` of their own. */
const BOUND = 50;

const VARIANTS = { 'built-in': { builtin: true }, ours: {} };

/** Number of images of 5 MB that one client sends at once. */
const PICTURES = 40;

/**
 * Scenarios by name.
 *
 * `work` is the work of one client. It gets the server and the result of `prepare`. `hasLibrary` fills the library with
 * many files before the measurement. `server` holds options of the server. `bound` replaces `BOUND`.
 */
const SCENARIOS = {
  'upload of 512 MB': { work: ({ url }) => upload(url, 512 * MB) },
  'upload of 2 GB': { work: ({ url }) => upload(url, 2048 * MB) },
  '40 pictures of 5 MB': {
    bound: 200,
    prepare: picture,
    work: ({ url }, data) =>
      Promise.all(
        Array.from({ length: PICTURES }, (_, index) =>
          sendPicture(url, { name: `${index}.jpg`, type: 'image/jpeg', data })
        )
      ),
  },
  'download of 512 MB': {
    prepare: ({ url }) => stored(url, 512 * MB),
    work: ({ url }, path) => read(url + path),
  },
  list: { hasLibrary: true, work: ({ url }) => read(`${url}/api/upload/files`) },
  'list behind code': {
    hasLibrary: true,
    server: { front: true },
    work: ({ url }) => read(`${url}/api/upload/files`),
  },
  graphql: {
    hasLibrary: true,
    server: { plugins: ['@strapi/plugin-graphql'] },
    work: ({ url }) =>
      ask(url, `{ uploadFiles(pagination: { limit: -1 }) { documentId name url } }`),
  },
};

/** Makes a photograph of about 5 MB. */
async function picture() {
  const pixels = await photo(4096, 3072);
  return encoded(pixels, (image) => image.jpeg({ quality: 100 }));
}

async function sendPicture(url, file) {
  const { status, body } = await send(url, [file]);
  if (status !== 201) {
    throw new Error(`A picture was answered ${status}: ${JSON.stringify(body)}`);
  }
}

/** Uploads a file of `size` bytes. Returns the path of its URL. */
async function stored(url, size) {
  const file = { name: 'a.bin', type: 'application/octet-stream', data: Buffer.alloc(size, 'x') };
  const { body } = await send(url, [file]);
  return body[0].url;
}

/** Sends a GraphQL query. */
async function ask(url, query) {
  const method = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${url}/graphql`, { ...method, body: JSON.stringify({ query }) });
  if (answer.status !== 200) {
    throw new Error(`${url}/graphql answered ${answer.status}`);
  }
  await answer.arrayBuffer();
}

/**
 * Sends ordinary requests before the measurement. Otherwise the measurement would contain the first, slow runs of the
 * code and the growth of V8's heap that ordinary requests need.
 */
async function warmUp({ url }, hasLibrary) {
  for (let count = 0; count < WARM_UP; count += 1) {
    await upload(url, 10_000);
  }
  for (let count = 0; hasLibrary && count < WARM_UP; count += 1) {
    await read(`${url}/api/upload/files/page?pagination[start]=${count}&pagination[limit]=50`);
  }
}

async function measure(scenario, variant) {
  const server = await start({ ...VARIANTS[variant], ...scenario.server });
  try {
    if (scenario.hasLibrary) {
      await fillLibrary(server, ROWS);
    }
    await warmUp(server, scenario.hasLibrary);
    const prepared = await scenario.prepare?.(server);
    const { taken: alone } = await askBeside(server.url, REQUESTS, () => setTimeout(2000));
    await server.resetPeak();
    const before = await server.resident();
    const started = performance.now();
    const { taken, rounds } = await askBeside(server.url, REQUESTS, () =>
      scenario.work(server, prepared)
    );
    return {
      'once, ms': (performance.now() - started) / rounds,
      'health alone, most ms': alone.at(-1),
      'health, requests': taken.length,
      'health, median ms': taken[Math.floor(taken.length / 2)],
      'health, most ms': taken.at(-1),
      'memory, + MB': ((await server.peak()) - before) / MB,
    };
  } finally {
    await server.stop();
  }
}

const rounded = (figures) =>
  Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Number(value.toFixed(1))])
  );

const wanted = values.only?.split(',') ?? Object.keys(SCENARIOS);
const results = {};
for (const name of wanted) {
  for (const variant of Object.keys(VARIANTS)) {
    results[`${name}, ${variant}`] = rounded(await measure(SCENARIOS[name], variant));
  }
}
console.log(`\nBeside one client; lists are of ${ROWS} files`);
console.table(results);

for (const name of wanted) {
  const { bound = BOUND } = SCENARIOS[name];
  if (results[`${name}, ours`]['health, most ms'] > bound) {
    console.error(`Ours let a request wait for more than ${bound} ms beside: ${name}`);
    process.exitCode = 1;
  }
}
