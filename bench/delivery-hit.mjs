import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { rate } from './client.mjs';
import {
  costOf,
  fetched,
  inTurn,
  middle,
  middleRatio,
  shown,
  variant,
} from './delivery-client.mjs';
import { makeImages, uploadCopy } from './delivery-files.mjs';
import { ipxPath, startIpx, startOurs, startSend } from './delivery-servers.mjs';
import { median, timed } from './picture-client.mjs';
import { lightClient } from './reader.mjs';

const ALONE = 400;
const CROWD = 3000;
const CLIENTS = 16;

/** Number of requests of a server that renders an image for each of them. */
const RENDERS = 8;

/** The variants: one below and one above the size up to which files are cached in memory (`serving/small-files`). */
const QUERIES = { small: 'width=256&format=webp', large: 'width=1080&format=webp' };

const KEY_OF_IPX = '12 MP JPEG to 800 px WebP';

/** Age in ms from which this plugin caches a file in memory. */
const OLD_ENOUGH = 2500;

/** Measures requests for one URL: alone, and 16 at a time. */
async function measure(server, url, { alone = ALONE, crowd = CROWD } = {}) {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => lightClient(url)));
  const [first] = clients;
  await first.get();
  const times = [];
  const single = await costOf(server, async () => {
    for (let count = 0; count < alone; count += 1) {
      times.push((await timed(() => first.get())).ms);
    }
  });
  const free = [...clients];
  const many = await costOf(server, () =>
    rate(CLIENTS, crowd, async () => {
      const client = free.pop();
      await client.get();
      free.push(client);
    })
  );
  clients.forEach((client) => client.close());
  return {
    alone: median(times),
    crowd: many.ms / crowd,
    cpu: many.cpu / crowd,
    queries: single.queries + many.queries,
  };
}

/** Prepares a server: makes the variants, and files with exactly the same bytes. Returns the URLs. */
async function prepared(server) {
  const { url } = await uploadCopy(server, 'jpeg12');
  const urls = {};
  for (const [size, query] of Object.entries(QUERIES)) {
    const hit = `${server.url}${url}?${query}`;
    const bytes = await variant(hit);
    const data = Buffer.from(await (await fetch(hit)).arrayBuffer());
    await writeFile(path.join(server.uploads, `same-${size}.webp`), data);
    urls[size] = { hit, bytes, same: `${server.url}/uploads/same-${size}.webp`, stored: url };
  }
  await setTimeout(OLD_ENOUGH);
  return urls;
}

/** Compares hits with static files of the same bytes. */
export async function hit(rounds) {
  await makeImages(['jpeg12']);
  const ours = await startOurs();
  const early = await startOurs({ early: true });
  const send = await startSend(ours.uploads);
  const ipx = await startIpx(ours.uploads);
  const [plain, soon] = [await prepared(ours), await prepared(early)];
  const table = {};
  const promises = [];
  for (const size of Object.keys(QUERIES)) {
    const { stored, bytes } = plain[size];
    const works = {
      hit: () => measure(ours, plain[size].hit),
      same: () => measure(ours, plain[size].same),
      earlyHit: () => measure(early, soon[size].hit),
      earlySame: () => measure(early, soon[size].same),
      send: () => measure(send, `${send.url}/uploads/same-${size}.webp`),
    };
    const results = await inTurn(works, rounds);
    if (size === 'large') {
      const url = ipx.url + ipxPath(KEY_OF_IPX, { url: stored });
      await fetched(url);
      Object.assign(
        results,
        await inTurn({ ipx: () => measure(ipx, url, { alone: RENDERS, crowd: RENDERS * 2 }) }, 1)
      );
    }
    for (const [name, list] of Object.entries(results)) {
      const base = { hit: 'same', earlyHit: 'earlySame' }[name];
      const ratios = Object.fromEntries(
        ['alone', 'crowd', 'cpu'].map((key) => [
          key,
          base ? middleRatio(list, results[base], key) : NaN,
        ])
      );
      table[`${NAMES[name]}, ${Math.round(bytes / 1000)} kB`] = row(list, ratios);
      if (base) {
        const limit = name === 'hit' ? 1.1 : 1.3;
        promises.push(
          ...Object.entries(ratios).map(([key, value]) => ({
            what: `${NAMES[name]} / same bytes, ${size}, ${key}`,
            value,
            limit,
          })),
          {
            what: `${NAMES[name]}, ${size}, queries`,
            value: Math.max(...list.map(({ queries }) => queries)),
            limit: 0,
          }
        );
      }
    }
  }
  for (const server of [send, ipx, early, ours]) {
    await server.stop();
  }
  return { title: `Hits, medians of ${rounds}`, table, promises };
}

const NAMES = {
  hit: 'ours, hit',
  same: 'ours, static file',
  earlyHit: 'ours early, hit',
  earlySame: 'ours early, static file',
  send: 'send, static file',
  ipx: 'ipx (has no cache: a render)',
};

const row = (list, { alone, crowd, cpu }) => ({
  'alone, ms': shown(middle(list, 'alone'), 3),
  '16 at once, ms each': shown(middle(list, 'crowd'), 3),
  'cpu, ms each': shown(middle(list, 'cpu'), 3),
  queries: shown(middle(list, 'queries')),
  'alone / static': shown(alone),
  '16 / static': shown(crowd),
  'cpu / static': shown(cpu),
});
