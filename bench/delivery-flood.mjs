import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { rate } from './client.mjs';
import { costOf, fetched, shown, variant } from './delivery-client.mjs';
import { makeImages, uploadCopy } from './delivery-files.mjs';
import { startOurs } from './delivery-servers.mjs';
import { median } from './picture-client.mjs';

const MB = 2 ** 20;
const AT_ONCE = 1000;
const FOR = 30_000;

const OPENED_AT_ONCE = 50;

const IDLE_FOR = 8000;
const IMAGES = { jpeg3: 30, jpeg12: 10 };

/** Values that the server does not round. All of them give different variants of an image of 3 MP. */
const WIDTHS = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828];
const RATIOS = [1, 5 / 4, 4 / 5, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 9 / 16, 1.91, 21 / 9];
const QUALITIES = [60, 75, 90];
const FORMATS = ['webp', 'jpg'];

/** Yields different variants: all images take part at once. */
function* variants(rows) {
  for (const quality of QUALITIES) {
    for (const format of FORMATS) {
      for (const ratio of RATIOS) {
        for (const width of WIDTHS) {
          const height = Math.round(width / ratio);
          for (const { url } of rows) {
            yield `${url}?width=${width}&height=${height}&quality=${quality}&format=${format}`;
          }
        }
      }
    }
  }
}

/** Requests the URLs beside `work`. Returns the median of each in ms, and the result of `work`. */
async function beside(urls, work) {
  const asker = new Worker(new URL('delivery-asker.mjs', import.meta.url), {
    workerData: { urls },
  });
  await once(asker, 'online');
  const result = await work();
  asker.postMessage('over');
  const [answers] = await once(asker, 'message');
  const medians = Object.entries(answers).map(([name, list]) => [name, median(list)]);
  return { medians: Object.fromEntries(medians), result };
}

/**
 * Lets a thousand clients send one request after the other. Each client has one connection, which is open before the
 * first request: the system drops connections that a server does not accept soon enough.
 *
 * @returns the numbers of the answers by kind
 */
async function flooded(server, rows) {
  const counts = {};
  const urls = variants(rows);
  const agents = Array.from({ length: AT_ONCE }, () => new http.Agent({ keepAlive: true }));
  await rate(
    OPENED_AT_ONCE,
    AT_ONCE,
    takenFrom(agents, (agent) => fetched(`${server.url}/_health`, agent))
  );
  const over = performance.now() + FOR;
  const client = async (agent) => {
    while (performance.now() < over) {
      const { value } = urls.next();
      const kind = await kindOf(server.url + value, agent);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  };
  await Promise.all(agents.map(client));
  agents.forEach((agent) => agent.destroy());
  return counts;
}

/** Calls `work` with the next item of a list, each time that it is called. */
function takenFrom(list, work) {
  const items = list.values();
  return () => work(items.next().value);
}

/** Fetches a URL, and says how it was answered. */
async function kindOf(url, agent) {
  try {
    const { status, isKept } = await fetched(url, agent);
    return status === 200 && !isKept ? '200, instead' : String(status);
  } catch (error) {
    return error.code;
  }
}

/** Measures a server that a thousand clients ask for different cold variants. */
export async function flood() {
  await makeImages(Object.keys(IMAGES));
  const server = await startOurs();
  const rows = [];
  for (const [name, count] of Object.entries(IMAGES)) {
    for (let index = 0; index < count; index += 1) {
      rows.push(await uploadCopy(server, name));
    }
  }
  await writeFile(path.join(server.uploads, 'small.bin'), Buffer.alloc(10_000, 'x'));
  const urls = {
    static: `${server.url}/uploads/small.bin`,
    health: `${server.url}/_health`,
    json: `${server.url}/api/upload/files/${rows[0].id}`,
  };
  // The first variant, so that the idle server has done all that it does once.
  await variant(`${server.url}${rows[0].url}?width=1200`);
  const idle = await beside(urls, () => setTimeout(IDLE_FOR));
  const resident = await server.resident();
  await server.resetPeak();
  const busy = await beside(urls, () => costOf(server, () => flooded(server, rows)));
  const grown = ((await server.peak()) - resident) / MB;
  await server.stop();
  const { ms, cpu, renders, stall, result: counts } = busy.result;
  const slower = Object.fromEntries(
    Object.keys(urls).map((name) => [name, busy.medians[name] / idle.medians[name]])
  );
  const bad = Object.entries(counts).filter(([kind]) => !kind.startsWith('200'));
  return {
    title: `A thousand different cold variants at once, for ${FOR / 1000} s`,
    table: {
      answers: JSON.stringify(counts),
      'duration, s': shown(ms / 1000),
      'cpu, s': shown(cpu / 1000),
      renders,
      'longest stall, ms': shown(stall, 0),
      'memory, idle MB': shown(resident / MB, 0),
      'memory, + MB': shown(grown, 0),
      ...Object.fromEntries(
        Object.keys(urls).map((name) => [
          `${name}, median ms`,
          `idle ${shown(idle.medians[name])}, beside ${shown(busy.medians[name])}`,
        ])
      ),
    },
    promises: [
      {
        what: 'flood, answers that are not 200',
        value: bad.reduce((sum, [, count]) => sum + count, 0),
        limit: 0,
      },
      { what: 'flood, memory + MB', value: grown, limit: 250 },
      ...Object.entries(slower).map(([name, value]) => ({
        what: `flood, ${name} beside / idle`,
        value,
        limit: 3,
      })),
    ],
  };
}
