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

/** Where examples are tried. */
export interface Place {
  server: Server;
  browser: Browser;
  /** The folder of somebody who runs commands, with the files that the examples name. */
  folder: string;
  /** Gives the server the configuration back that it was started with. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

/** Tries one example; fails where it does not do what its page says. */
export type Try = (block: Block, place: Place) => Promise<void>;

/** What the examples ask for, besides what a visitor may do with files. */
const ENTRY_ACTIONS = ['create', 'find', 'findOne', 'update'].map(
  (action) => `api::restaurant.restaurant.${action}`
);

/** curl as in the examples, but for its exit code: an answer from 400 on is an error, and each ends with a line. */
const CURLRC = 'fail-with-body\nsilent\nshow-error\nwrite-out = "\\n"\n';

/** Makes the folder of somebody who runs commands. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'documented-'));
  await writeFile(path.join(folder, '.curlrc'), CURLRC);
  await writeFile(path.join(folder, '1.png'), await samples.png());
  await writeFile(path.join(folder, 'contract.pdf'), samples.pdf());
  return folder;
}

/**
 * Starts the browser, and the server with what the pages say of a project's files.
 *
 * @throws Error where one of them does not start; nothing of it runs any more then
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

/** Notes the configuration when it is called first. */
const restoreConfiguration = (strapi: Core.Strapi): void => {
  const held = globalThis as { atStart?: object };
  held.atStart ??= { ...strapi.config.get<object>('plugin::upload') };
  strapi.config.set('plugin::upload', { ...held.atStart });
};

const DOCUMENTED_ADDRESS = 'http://127.0.0.1:1337';

/** The code of an example with the address of the server that runs here. */
export function addressed(code: string, { server }: Place): string {
  if (!code.includes(DOCUMENTED_ADDRESS)) {
    throw new Error(`The example does not ask ${DOCUMENTED_ADDRESS}.`);
  }
  return code.replaceAll(DOCUMENTED_ADDRESS, server.url);
}
