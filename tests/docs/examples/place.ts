import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../e2e/browser';
import { allowPublic, UPLOAD_ACTIONS } from '../../support/permissions';
import * as samples from '../../support/samples';
import { startServer, type Server } from '../../support/server';
import type { Block } from '../support/blocks';
import { documentedProject } from './project';

/** The server, browser and folder with which the examples are tested. */
export interface Place {
  server: Server;
  browser: Browser;
  /** The folder in which commands run. It contains the files that the examples name. */
  folder: string;
  /** Restores the configuration with which the server was started. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

/** Tests one example. Throws if the example does not do what its page says. */
export type Try = (block: Block, place: Place) => Promise<void>;

/** Permissions for entries that the examples need, in addition to the permissions for files. */
const ENTRY_ACTIONS = ['create', 'find', 'findOne', 'update'].map(
  (action) => `api::restaurant.restaurant.${action}`
);

/**
 * Settings of curl. It prints each answer on a line of its own, and fails if the status of an answer is 400 or higher.
 */
const CURLRC = 'fail-with-body\nsilent\nshow-error\nwrite-out = "\\n"\n';

/** Creates the folder in which commands run. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'documented-'));
  await writeFile(path.join(folder, '.curlrc'), CURLRC);
  await writeFile(path.join(folder, '1.png'), await samples.png());
  await writeFile(path.join(folder, 'contract.pdf'), samples.pdf());
  return folder;
}

/**
 * Starts the browser, and a server for the project that the pages describe.
 *
 * @throws Error if the browser or the server does not start. Everything that was started before is then ended
 */
export async function preparePlace(blocks: Block[]): Promise<Place> {
  const ends: Array<() => Promise<unknown>> = [];
  const remove = async () => {
    for (const end of ends.reverse()) {
      await end();
    }
  };
  try {
    const folder = await makeFolder();
    ends.push(() => rm(folder, { recursive: true }));
    const browser = await launchBrowser();
    ends.push(() => browser.close());
    const server = await startServer(documentedProject(blocks));
    ends.push(() => server.stop());
    await allowPublic(server, [...UPLOAD_ACTIONS, ...ENTRY_ACTIONS]);
    const restore = () => server.inside(restoreConfiguration);
    await restore();
    return { server, browser, folder, restore, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Stores the server's configuration at the first call, and restores it at later calls. */
const restoreConfiguration = (strapi: Core.Strapi): void => {
  const held = globalThis as { atStart?: object };
  held.atStart ??= { ...strapi.config.get<object>('plugin::upload') };
  strapi.config.set('plugin::upload', { ...held.atStart });
};

const DOCUMENTED_ADDRESS = 'http://127.0.0.1:1337';

/** The code of an example, in which the documented address is replaced by the address of the test server. */
export function addressed(code: string, { server }: Place): string {
  if (!code.includes(DOCUMENTED_ADDRESS)) {
    throw new Error(`The example does not ask ${DOCUMENTED_ADDRESS}.`);
  }
  return code.replaceAll(DOCUMENTED_ADDRESS, server.url);
}
