import { bombs } from './bombs.mjs';
import { get, send } from './client.mjs';
import { median, ratio, timed, unique, upload } from './picture-client.mjs';
import { start } from './server.mjs';

const MB = 2 ** 20;
const BOTH = { 'built-in': { builtin: true }, ours: {} };

const text = () => ({ name: 'a.txt', type: 'text/plain', data: Buffer.from('text') });

/** Repeats `probe` until `work` has ended. Returns the durations of `probe` in ms, and the result of `work`. */
async function during(work, probe) {
  let running = true;
  const ended = work().finally(() => (running = false));
  const times = [];
  while (running) {
    times.push((await timed(probe)).ms);
  }
  return { times, result: await ended };
}

/** Sends twenty images of 24 MP at once. Measures the memory, and the duration of small uploads at the same time. */
export async function crowd(file) {
  const table = {};
  for (const [name, options] of Object.entries(BOTH)) {
    const server = await start(options);
    await upload(server.url, [text()]);
    await upload(server.url, [{ ...text(), type: file.type, name: file.name, data: file.data }]);
    const idle = await server.resident();
    await server.resetPeak();
    const { times, result } = await during(
      () =>
        timed(() =>
          Promise.allSettled(Array.from({ length: 20 }, () => upload(server.url, [unique(file)])))
        ),
      () => upload(server.url, [text()])
    );
    const good = result.result.filter(
      ({ status, value }) => status === 'fulfilled' && value[0].formats
    );
    table[name] = {
      'all, ms': Math.round(result.ms),
      'with formats': good.length,
      'memory above idle, MB': Math.round(((await server.peak()) - idle) / MB),
      'text upload, median ms': Math.round(median(times)),
    };
    await server.stop();
  }
  console.log('\n20 photos of 24 MP at once');
  console.table(table);
}

/** Sends small files that need a lot of work. Measures the time and the memory. */
export async function explosive() {
  const server = await start({});
  await upload(server.url, [text()]);
  const table = {};
  for (const file of await bombs()) {
    const idle = await server.resident();
    await server.resetPeak();
    const { ms, result } = await timed(() => send(server.url, [file]));
    const [row = {}] = Array.isArray(result.body) ? result.body : [];
    table[file.name] = {
      'bytes sent': file.data.length,
      answer: result.status,
      size: `${row.width}×${row.height}`,
      formats: Object.keys(row.formats ?? {}).length,
      ms: Math.round(ms),
      'memory above idle, MB': Math.round(((await server.peak()) - idle) / MB),
    };
  }
  await server.stop();
  console.log('\nBombs, ours');
  console.table(table);
}

/** Measures GETs of a small file while four large images are uploaded. */
export async function serving(file) {
  const table = {};
  for (const [name, options] of Object.entries(BOTH)) {
    const server = await start(options);
    const small = { ...text(), data: Buffer.alloc(10_000, 'a') };
    const [{ url }] = await upload(server.url, [small]);
    const fetchIt = () => get(server.url + url);
    await upload(server.url, [file]);
    const idle = [];
    for (let count = 0; count < 300; count += 1) {
      idle.push((await timed(fetchIt)).ms);
    }
    const { times } = await during(
      () => Promise.all([1, 2, 3, 4].map(() => upload(server.url, [unique(file)]))),
      fetchIt
    );
    table[name] = {
      'idle, ms': Number(median(idle).toFixed(2)),
      'during uploads, ms': Number(median(times).toFixed(2)),
      worst: Math.round(Math.max(...times)),
      'during / idle': ratio(median(times), median(idle)),
    };
    await server.stop();
  }
  console.log('\nGET of 10 kB while four WebP of 12 MP go up, medians');
  console.table(table);
}
