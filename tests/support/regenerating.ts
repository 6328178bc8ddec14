import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { storeFile } from './api';
import { beginCli, type RunningCli } from './cli';
import { cliHost } from './cli-host';
import { pluginsWith } from './config';
import { expectNothingLeftOver, expectTrueLedger } from './consistency';
import { eventually, ledgerOf } from './ledger';
import { allowPublic, UPLOAD_ACTIONS } from './permissions';
import type { Server } from './server';
import { createSite, type Site } from './site';

type Kind = Parameters<typeof createSite>[0];

const recovery = { lease: 1000, interval: 1000 };
/**
 * `OLD` is the configuration during the uploads. `NEW` is the configuration for which the command makes sizes again.
 */
export const OLD = { recovery };
export const NEW = { recovery, breakpoints: { large: 900, tiny: 100 } };

/** Time in seconds that a command may need to start on a busy machine. */
export const START = 60;

/** An image as the content API answers it. */
export interface Picture {
  id: number;
  url: string;
  hash: string;
  ext: string;
  updatedAt: string;
  formats: Record<string, { width: number; hash: string; ext: string }>;
}

/** Starts a server for each test, and can run `npx strapi-upload regenerate` in another process. */
export function regenerating(kind: Kind) {
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

  const command = cliHost(
    () => site.project,
    () => site.env
  );
  return {
    site: () => site,
    server: () => server,
    /** Starts the command in a separate process. */
    begin: (...args: string[]) =>
      (running = beginCli(site.project, ['regenerate', ...args], site.env)),
    /** Runs the command and waits for its end. */
    regenerate: (...args: string[]) => command('regenerate', ...args),
    upload: (name: string, content: Buffer): Promise<Picture> => storeFile(server, name, content),
    pictures: async (): Promise<Picture[]> =>
      (await request(server.url).get('/api/upload/files?sort=id').expect(200)).body,
    /** Waits until no work is unfinished: the server has undone the unfinished work of killed processes. */
    async settled() {
      await eventually(
        async () =>
          (await ledgerOf(server)).every(({ state }) => state === 'stored') &&
          (await server.uploaded()).every((name) => !name.startsWith('.staging')),
        'recovery has brought everything to its end'
      );
      await expectNothingLeftOver(server);
      await expectTrueLedger(server);
    },
  };
}
