import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { Client, expectKept, smallPictures } from '../faults/client';
import { sendFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { eventually, ledgerOf, stagedLeases } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { onEveryDatabase } from '../support/databases';
import { createSite, type Site } from '../support/site';

/** Tests several instances of one project. A test kills one of them. */
onEveryDatabase((kind) => {
  let site: Site;
  afterEach(() => site?.remove());

  /**
   * Creates the project.
   *
   * @param recovery times in ms
   */
  const begin = async (recovery: { lease: number; interval: number }) => {
    site = await createSite(kind, { files: { 'config/plugins.js': pluginsWith({ recovery }) } });
  };

  it('what one was killed in is taken back once, when its lease is over', async () => {
    // Recovery runs only when the test calls `recover`, because the interval is an hour.
    const lease = 5000;
    await begin({ lease, interval: 3_600_000 });
    const doomed = await site.start();
    await allowPublic(doomed, UPLOAD_ACTIONS);
    const { body } = await upload(doomed, 'old bytes').expect(201);
    const file = path.join(site.project.uploads, path.basename(body[0].url));
    const others = [await site.start(), await site.start()];

    await stopBeforeCommits(doomed);
    const unfinished = [
      ...Array.from({ length: 10 }, (_, turn) => upload(doomed, `upload ${turn}`)),
      request(doomed.url)
        .post(`/api/upload?id=${body[0].id}`)
        .attach('files', Buffer.from('new bytes'), 'new.txt'),
    ].map((sent) => sent.then(undefined, (error: Error) => error));
    await eventually(
      async () => (await published(doomed)).length === 11 && (await text(file)) === 'new bytes',
      'all are stored, and only their rows are missing'
    );
    await doomed.kill();
    await Promise.all(unfinished);

    const [witness] = others as [Server];
    const over = Math.max(
      ...(await stagedLeases(witness)),
      ...(await lastSigns(site.project.uploads)).map((sign) => sign + lease)
    );
    expect(await recover(witness)).toBe(0);
    expect(await text(file)).toBe('new bytes');
    await eventually(async () => Date.now() > over, 'all leases are over');
    const taken = await Promise.all(others.map(recover));

    expect(taken[0]! + taken[1]!).toBe(unfinished.length);
    expect(await text(file)).toBe('old bytes');
    await expectNothingLeftOver(witness);
    await expectTrueLedger(witness);
    const output = others.map((server) => server.output()).join('');
    expect(output.match(/rolled back an unfinished upload/g)).toHaveLength(unfinished.length);
  });

  it('what they acknowledged is kept, and nothing else, at random moments', async () => {
    await begin({ lease: 1000, interval: 1000 });
    const survivor = await site.start();
    await allowPublic(survivor, UPLOAD_ACTIONS);
    const pictures = await smallPictures();
    const clients = [new Client(pictures), new Client(pictures)] as const;

    for (let round = 0; round < 4; round += 1) {
      const doomed = await site.start();
      const working = [clients[0].work(doomed.url), clients[0].work(doomed.url)];
      const stop = new AbortController();
      const going = clients[1].work(survivor.url, stop.signal);
      await Promise.all(clients.map((client) => client.answered(1)));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
      await doomed.kill();
      await Promise.all(working);
      stop.abort();
      await going;

      await eventually(
        async () =>
          (await ledgerOf(survivor)).every(({ state }) => state === 'stored') &&
          (await survivor.uploaded()).length === (await published(survivor)).length,
        'the other one has brought everything to its end'
      );
      for (const client of clients) {
        await expectKept(survivor, client);
      }
      await expectNothingLeftOver(survivor);
      await expectTrueLedger(survivor);
    }
  });
});

const upload = (server: Server, content: string) => sendFile(server, 'a.txt', content);

const published = async (server: Server): Promise<string[]> =>
  (await server.uploaded()).filter((name) => !name.startsWith('.staging'));

/**
 * Times in ms since 1970 at which processes last changed a staging folder that still holds files. With SQLite, these
 * times decide when the lease of new files ends. They are a little later than the times of the leases in the ledger,
 * because moving a file out of the folder changes the time too.
 */
async function lastSigns(uploads: string): Promise<number[]> {
  const staging = path.join(uploads, '.staging');
  const folders = (await readdir(staging)).map((name) => path.join(staging, name));
  const signs = folders.map(async (folder) =>
    (await readdir(folder)).length > 0 ? [(await stat(folder)).mtimeMs] : []
  );
  return (await Promise.all(signs)).flat();
}

const text = (file: string) => readFile(file, 'utf8');

/** Makes every later upload hang after it has stored its files and before it writes their rows. */
const stopBeforeCommits = (server: Server): Promise<void> =>
  server.inside((strapi) => {
    const { storage } = strapi.get('strapi-upload.container').stored as {
      storage: { sync: unknown };
    };
    storage.sync = () => new Promise(() => {});
  });

/**
 * Runs a recovery pass now.
 *
 * @returns number of ledger rows that the pass has finished
 */
const recover = (server: Server): Promise<number> =>
  server.inside((strapi) => {
    const { caretaker } = strapi.get('strapi-upload.container').background as {
      caretaker: { deps: { recover(): Promise<number> } };
    };
    return caretaker.deps.recover();
  });
