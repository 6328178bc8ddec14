import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { Client, expectKept, smallPictures } from '../faults/client';
import { sha256 } from '../support/api';
import { storeFile } from '../support/api';
import { beginCli, type RunningCli } from '../support/cli';
import { cliHost } from '../support/cli-host';
import { pluginsWith } from '../support/config';
import { bytesOf, expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { onEveryDatabase } from '../support/databases';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';
import { jpeg } from '../support/samples';
import type { Server } from '../support/server';
import { createSite, type Site } from '../support/site';

const recovery = { lease: 1000, interval: 1000 };
const OLD = { recovery };
const NEW = { recovery, breakpoints: { large: 900, tiny: 100 } };

/** A row as the content API answers it. */
interface Picture {
  id: number;
  url: string;
  hash: string;
  ext: string;
  updatedAt: string;
  formats: Record<string, { width: number; hash: string; ext: string }>;
}

/** Pictures that are too many for two seconds. */
const PICTURES = 48;

/** Seconds that a command may take to start on a loaded machine. */
const START = 60;

/** `npx strapi-upload regenerate` in a process beside the server. */
onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let running: RunningCli | undefined;

  beforeEach(async () => {
    site = await createSite(kind, { files: { 'config/plugins.js': pluginsWith(OLD) } });
    server = await site.start();
    await allowPublic(server, UPLOAD_ACTIONS);
    await writeFile(path.join(site.project.dir, 'config/plugins.js'), pluginsWith(NEW));
  });
  afterEach(async () => {
    running?.child.kill('SIGKILL');
    await running?.ended;
    running = undefined;
    await site.remove();
  });

  const begin = (...args: string[]) =>
    (running = beginCli(site.project, ['regenerate', ...args], site.env));
  const command = cliHost(
    () => site.project,
    () => site.env
  );
  const regenerate = (...args: string[]) => command('regenerate', ...args);

  const upload = (name: string, content: Buffer): Promise<Picture> =>
    storeFile(server, name, content);
  const pictures = async (): Promise<Picture[]> =>
    (await request(server.url).get('/api/upload/files?sort=id').expect(200)).body;

  const originals = async () =>
    Promise.all((await pictures()).map(async (row) => sha256(await bytesOf(server, row))));

  /** Nothing is half done: whatever was killed has been taken back. */
  const settled = async () => {
    await eventually(
      async () =>
        (await ledgerOf(server)).every(({ state }) => state === 'stored') &&
        (await server.uploaded()).every((name) => !name.startsWith('.staging')),
      'recovery has brought everything to its end'
    );
    await expectNothingLeftOver(server);
    await expectTrueLedger(server);
  };

  /** Where the next one goes on: all pictures up to this id are done. */
  const resumeAfter = () =>
    server.inside(async (strapi) => {
      const store = strapi.store({ type: 'plugin', name: 'upload', key: 'regeneration' });
      const entry = (await store.get({})) as { resume: { after: number } | null } | null;
      return entry?.resume?.after ?? 0;
    });

  it('goes on where it was killed, and leaves old sizes or new ones, never anything else', async () => {
    // So many that two seconds, after each of which progress is recorded, are not enough for all.
    const photo = await jpeg({ width: 2400, height: 1800 });
    for (let turn = 0; turn < PICTURES; turn += 1) {
      await upload(`${turn}.jpg`, photo);
    }
    const before = await originals();
    // Databases bring keys of JSON into an order of their own.
    const isNew = ({ formats }: Picture) =>
      Object.keys(formats).sort().join() === 'large,thumbnail,tiny';

    let after = 0;
    for (let kill = 0; kill < 2; kill += 1) {
      const { child, ended } = begin('--all', '--concurrency', '1');
      await eventually(async () => (await resumeAfter()) > after, 'some more are done', START);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      child.kill('SIGKILL');
      await ended;
      after = await resumeAfter();
      await settled();
    }
    const half = await pictures();
    expect(half.filter(isNew).length).toBeGreaterThan(0);
    expect(half.every((row) => isNew(row))).toBe(false);
    const { code, out } = await regenerate('--all');

    expect(code).toBe(0);
    expect(out).toMatch(/^Going on after \d+ pictures/);
    expect(out).toContain(`${PICTURES} of ${PICTURES} pictures were changed, 0 failed.`);
    const whole = await pictures();
    expect(whole.every((row) => isNew(row))).toBe(true);
    const done = (rows: Picture[]) => rows.filter(({ id }) => id <= after);
    expect(done(whole)).toEqual(done(half));
    expect(await originals()).toEqual(before);
    await settled();
    // It was brought to its end: the next one begins anew.
    expect((await regenerate('--all')).out).not.toContain('Going on');
  });

  it('ends at the next picture when it is interrupted; another configuration begins anew', async () => {
    const photo = await jpeg();
    for (let turn = 0; turn < PICTURES; turn += 1) {
      await upload(`${turn}.jpg`, photo);
    }
    const interrupted = begin('--all', '--concurrency', '1');
    await eventually(async () => (await resumeAfter()) > 0, 'some are done', START);
    interrupted.child.kill('SIGINT');

    const { code, out } = await interrupted.ended;
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('It was interrupted') });
    await settled();
    await writeFile(path.join(site.project.dir, 'config/plugins.js'), pluginsWith(OLD));
    expect((await regenerate('--all')).out).not.toContain('Going on');
  });

  it('throws its work away where a server changes the file meanwhile', async () => {
    const large = await quarters(6000, 4500).png().toBuffer();
    const turned = await quarters(1200, 1200).rotate(180).png().toBuffer();
    const file = await upload('a.png', large);

    await whileItWorks(file, () =>
      request(server.url)
        .post(`/api/upload?id=${file.id}`)
        .attach('files', turned, 'b.png')
        .expect(200)
    );

    const [row] = await pictures();
    expect(row!.formats).toMatchObject({ large: { width: 900 }, tiny: { width: 100 } });
    const bytes = await bytesOf(server, row!.formats.large!);
    expectColours(await coloursOf(bytes), [YELLOW, BLUE, GREEN, RED]);
    await settled();
  });

  it('passes over a file that is deleted meanwhile', async () => {
    const file = await upload('a.png', await quarters(6000, 4500).png().toBuffer());
    const { code, out } = await whileItWorks(file, () =>
      request(server.url).delete(`/api/upload/files/${file.id}`).expect(200)
    );
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('0 of 1 pictures') });
    await settled();
  });

  /** Does something when the original has been read, and lets the command go on after it. */
  const whileItWorks = async (file: Picture, work: () => Promise<unknown>) => {
    const { child, ended } = begin('--all');
    const { size } = await stat(path.join(site.project.uploads, file.hash + file.ext));
    await eventually(
      async () => (await stagedSizes()).includes(size),
      'the original is read',
      START
    );
    child.kill('SIGSTOP');
    await work();
    child.kill('SIGCONT');
    return ended;
  };

  const stagedSizes = async (): Promise<number[]> => {
    const staging = path.join(site.project.uploads, '.staging');
    const names = await readdir(staging, { recursive: true }).catch(() => []);
    return Promise.all(
      names.map((name) =>
        stat(path.join(staging, name)).then(
          ({ size }) => size,
          () => 0
        )
      )
    );
  };

  it('does no harm to what clients create, replace and delete meanwhile', async () => {
    const client = new Client(await smallPictures());
    const stop = new AbortController();
    const working = Promise.all([
      client.work(server.url, stop.signal),
      client.work(server.url, stop.signal),
    ]);
    for (const args of [['--all'], ['--missing'], ['--all', '--concurrency', '8']]) {
      expect(await regenerate(...args)).toMatchObject({ code: 0, err: '' });
    }
    stop.abort();
    await working;
    expect(client.answers).toBeGreaterThan(10);
    await expectKept(server, client);
    await settled();
  });

  it('does not begin while another one runs', async () => {
    await server.inside(async (strapi) => {
      const { ledger } = strapi.get('strapi-upload.parts') as {
        ledger: { hold(provider: string, fileId: number): Promise<string | null> };
      };
      await ledger.hold('local', 0);
    });
    expect(await regenerate()).toMatchObject({
      code: 1,
      err: expect.stringContaining('Sizes are being made anew already.'),
    });
  });
});
