import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import sharp from 'sharp';
import { skipMultipartOfOurs } from './body-parser';
import { parseConfig } from './config';
import { CONFIG_KEY, PARTS_KEY } from './constants';
import { ledgerModel } from './ingest/ledger/model';
import { buildParts, isLocal } from './parts';
import { serveFiles } from './serving';
import { UPLOADS } from './storage/local';
import { loadProvider, providerFolders } from './storage/provider/load';

/** Wires the plugin into Strapi. Runs before the built-in plugin's own `register`. */
export default async function register({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  const config = parseConfig(strapi.config.get(CONFIG_KEY));
  strapi.get('models').add(ledgerModel);
  // The built-in sets its own copy of sharp, which need not be ours.
  sharp.cache(config.sharp.cache);
  sharp.concurrency(config.sharp.concurrency);
  const parts = buildParts(strapi, skipMultipartOfOurs(strapi));
  strapi.add(PARTS_KEY, parts);

  const uploads = path.join(strapi.dirs.static.public, UPLOADS);
  if (isLocal(config)) {
    await mkdir(uploads, { recursive: true });
  }
  const { dist, app } = strapi.dirs;
  strapi.plugin('upload').provider = await loadProvider(
    config,
    providerFolders([dist.root, app.root])
  );
  serveFiles(strapi, uploads, config);
}
