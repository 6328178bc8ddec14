// Measures the cost of a large library: this plugin and the built-in, each with N files in the folder "API Uploads".
// Prints the server's time and processor time per request, and the ratio to the first N. Linux only (reads /proc).
//
//   node bench/library.mjs [--rows 0,100000] [--count 60] [--postgres URL | --mariadb URL]
//
// Times vary between runs, so only the ratios within one run are meaningful.

import { parseArgs } from 'node:util';
import { send } from './client.mjs';
import { createDatabase } from './database.mjs';
import { connect, fillLibrary } from './fill-library.mjs';
import { read } from './reader.mjs';
import { start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '0,100000' },
    count: { type: 'string', default: '60' },
    postgres: { type: 'string' },
    mariadb: { type: 'string' },
  },
});
const SIZES = values.rows.split(',').map(Number);
const COUNT = Number(values.count);
const VARIANTS = { 'built-in': { builtin: true }, ours: {} };
const PAGE = 25;

/** Number of requests of each kind that are sent before the measurement. */
const WARM_UP = 10;

async function makeDatabase() {
  const { postgres, mariadb } = values;
  const address = postgres ?? mariadb;
  return address && createDatabase(postgres ? 'postgres' : 'mysql', address);
}

/** Sends a form with one text file. */
async function post(url, fields = {}) {
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append('files', new Blob(['some text'], { type: 'text/plain' }), 'a.txt');
  return answered(await fetch(url, { method: 'POST', body: form }));
}

async function answered(response) {
  if (!response.ok) {
    throw new Error(`${response.url} answered ${response.status}`);
  }
  return response.json();
}

/**
 * The requests to measure, by name. `prepare` runs before the measurement. It returns the id of the file for `work`,
 * which sends the request.
 */
function requestsOf({ url }, rows) {
  const api = `${url}/api/upload`;
  const create = async () => (await post(api))[0].id;
  const link = { ref: 'api::restaurant.restaurant', refId: '1', field: 'covers' };
  const page = (query) => ({ work: () => read(`${api}/files/page?${query}`) });
  const last = `pagination[page]=${Math.max(1, Math.ceil(rows / PAGE))}`;
  return {
    create: { work: create },
    replace: { prepare: create, work: (id) => post(`${api}?id=${id}`) },
    link: { work: () => post(api, link) },
    'GET by id': { prepare: create, work: (id) => read(`${api}/files/${id}`) },
    delete: {
      prepare: create,
      work: async (id) => answered(await fetch(`${api}/files/${id}`, { method: 'DELETE' })),
    },
    'first page': page(''),
    'last page': page(last),
    'by createdAt': page('sort=createdAt:desc'),
    'by createdAt, last page': page(`sort=createdAt:desc&${last}`),
    'of a mime': page('filters[mime][$eq]=application/pdf'),
    'name begins': page('filters[name][$startsWith]=Photo 77'),
    'name contains': page('filters[name][$containsi]=photo 777'),
  };
}

/** Measures the time and the processor time per request, in ms. The requests run one after the other. */
async function measure(server, { prepare, work }) {
  const ids = [];
  for (let count = 0; count < COUNT + WARM_UP; count += 1) {
    ids.push(await prepare?.());
  }
  for (const id of ids.splice(0, WARM_UP)) {
    await work(id);
  }
  const [started, cpu] = [performance.now(), await server.cpu()];
  for (const id of ids) {
    await work(id);
  }
  const used = (await server.cpu()) - cpu;
  return { ms: (performance.now() - started) / COUNT, cpu: used / COUNT };
}

async function measureAll(variant, rows) {
  const database = await makeDatabase();
  try {
    const server = await start({ ...VARIANTS[variant], database });
    try {
      await send(server.url, [{ name: 'a.txt', type: 'text/plain', data: Buffer.from('first') }]);
      await fillLibrary(server, rows, await folderOf(server));
      const figures = {};
      for (const [name, request] of Object.entries(requestsOf(server, rows))) {
        figures[name] = await measure(server, request);
      }
      return figures;
    } finally {
      await server.stop();
    }
  } finally {
    await database?.drop();
  }
}

/** Returns the folder that the first upload has created. */
async function folderOf(server) {
  const db = connect(server);
  try {
    return await db('upload_folders').first('id', 'path');
  } finally {
    await db.destroy();
  }
}

const figure = (value) => Number(value.toFixed(2));

for (const variant of Object.keys(VARIANTS)) {
  let empty;
  for (const rows of SIZES) {
    const figures = await measureAll(variant, rows);
    empty ??= figures;
    console.log(`\n${variant}, ${rows} files`);
    console.table(
      Object.fromEntries(
        Object.entries(figures).map(([name, { ms, cpu }]) => [
          name,
          {
            ms: figure(ms),
            'cpu, ms': figure(cpu),
            'per s': figure(1000 / ms),
            [`ms / ${SIZES[0]} files`]: figure(ms / empty[name].ms),
            [`cpu / ${SIZES[0]} files`]: figure(cpu / empty[name].cpu),
          },
        ])
      )
    );
  }
}
