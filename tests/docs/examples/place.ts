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

/** Starts the server with what the pages say of a project's files, and the browser. */
export async function preparePlace(blocks: Block[]): Promise<Place> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'documented-'));
  const [server, browser] = await Promise.all([
    startServer(documentedProject(blocks)),
    launchBrowser(),
    writeFile(path.join(folder, '.curlrc'), CURLRC),
    writeFile(path.join(folder, '1.png'), await samples.png()),
    writeFile(path.join(folder, 'contract.pdf'), samples.pdf()),
  ]);
  await allowPublic(server, [...UPLOAD_ACTIONS, ...ENTRY_ACTIONS]);
  const restore = () => server.inside(restoreConfiguration);
  await restore();
  const remove = async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true });
  };
  return { server, browser, folder, restore, remove };
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
