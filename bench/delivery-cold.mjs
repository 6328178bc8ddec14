import path from 'node:path';
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
import {
  COLD,
  ipxPath,
  sharpJob,
  startIpx,
  startOurs,
  startSharp,
  variantOf,
} from './delivery-servers.mjs';

const KIND = '12 MP JPEG to 800 px WebP';

/** Path of a stored file on the disk. */
const onDisk = (server, { url }) => path.join(server.uploads, path.basename(url));

/** The requests of one kind, as functions that measure one of them for a stored file. */
const requests = (kind, { ours, ipx, sharp }) => ({
  ours: (row) => costOf(ours, () => variant(ours.url + variantOf(kind, row))),
  ipx: (row) =>
    costOf(ipx, async () => {
      const { status, bytes } = await fetched(ipx.url + ipxPath(kind, row));
      if (status !== 200) {
        throw new Error(`ipx answered ${status}`);
      }
      return bytes;
    }),
  sharp: (row) =>
    costOf(sharp, async () => (await sharp.ask(sharpJob(kind, onDisk(ours, row)))).bytes),
});

const table = (results) =>
  Object.fromEntries(
    Object.entries(results).map(([name, list]) => [
      name,
      {
        ms: shown(middle(list, 'ms')),
        'cpu, ms': shown(middle(list, 'cpu')),
        bytes: middle(list, 'result'),
        'ms / sharp': shown(middleRatio(list, results.sharp, 'ms')),
        'cpu / sharp': shown(middleRatio(list, results.sharp, 'cpu')),
      },
    ])
  );

const named = (name, rows) =>
  Object.fromEntries(Object.entries(rows).map(([who, row]) => [`${name}, ${who}`, row]));

function promisesFor(kind, { ours, ipx, sharp }, what) {
  const cpu = {
    what: `${what}, ${kind}, cpu / sharp`,
    value: middleRatio(ours, sharp, 'cpu'),
    limit: 1.3,
  };
  return kind === KIND
    ? [
        cpu,
        { what: `${what}, ${kind}, ms / sharp`, value: middleRatio(ours, sharp, 'ms'), limit: 1.4 },
        { what: `${what}, ${kind}, ms / ipx`, value: middleRatio(ours, ipx, 'ms'), limit: 1 },
      ]
    : [cpu];
}

/** Compares the making of variants of images that no server has seen before. */
export async function cold(rounds) {
  await makeImages(Object.values(COLD).map(({ source }) => source));
  const ours = await startOurs();
  const ipx = await startIpx(ours.uploads);
  const sharp = await startSharp(ours.dir);
  const rows = {};
  const promises = [];
  for (const [kind, { source }] of Object.entries(COLD)) {
    const works = requests(kind, { ours, ipx, sharp });
    const onCopy = (work) => async () => work(await uploadCopy(ours, source));
    const results = await inTurn(
      Object.fromEntries(Object.entries(works).map(([who, work]) => [who, onCopy(work)])),
      rounds
    );
    Object.assign(rows, named(kind, table(results)));
    promises.push(...promisesFor(kind, results, 'cold'));
  }
  await Promise.all([sharp.stop(), ipx.stop()]);
  await ours.stop();
  return { title: `Cold variants, medians of ${rounds}`, table: rows, promises };
}

/** Compares the first variant of a process that has just been started. */
export async function first(rounds) {
  await makeImages(['jpeg12']);
  const ours = await startOurs();
  const { project } = ours;
  const copies = [];
  for (let round = 0; round <= rounds; round += 1) {
    copies.push(await uploadCopy(ours, 'jpeg12'));
  }
  const { uploads, dir } = ours;
  await ours.stop({ keep: true });
  const once = (who, starts) => async (round) => {
    const server = await starts();
    const servers = { ours: { uploads }, [who]: server };
    const result = await requests(KIND, { ...servers })[who](copies[round]);
    await server.stop({ keep: true });
    return result;
  };
  const results = await inTurn(
    {
      ours: once('ours', () => startOurs({ project })),
      ipx: once('ipx', () => startIpx(uploads)),
      sharp: once('sharp', () => startSharp(dir)),
    },
    rounds
  );
  await project.remove();
  return {
    title: `First variant of a fresh process (${KIND}), medians of ${rounds}`,
    table: table(results),
    promises: promisesFor(KIND, results, 'first'),
  };
}
