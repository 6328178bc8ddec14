import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import sharp from 'sharp';
import { countsModel } from './access/counts-model';
import { guardMutations } from './access/mutations';
import { leaveFormsToRoutes } from './http/body-parser';
import { isLocal, localOptions, parseConfig } from './config';
import { CONFIG_KEY } from './config/constants';
import { PRIVATE_FOLDER } from './config/private';
import { RouterLayers } from './http/forms/router-layers';
import { ledgerModel } from './ledger/model';
import { variantsModel } from './variants/model';
import { CodeAround } from './http/lists/code-around';
import { pageGraphqlLists } from './http/lists/graphql-lists';
import { sendListsInPieces } from './http/lists/send-in-pieces';
import { fillContainer } from './wiring/container';
import { watchClientErrors } from './util/client-errors';
import { serveFiles } from './serving';
import { UPLOADS } from './storage/local-url';
import { privateFolder } from './storage/private-folder';
import { withPrivateFiles } from './storage/provider/private-local';
import { loadProvider, providerFolders } from './storage/provider/load';

/** Creates the parts of this plugin in Strapi. Runs before the built-in plugin's own `register`. */
export default async function register({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  const config = parseConfig(strapi.config.get(CONFIG_KEY));
  strapi.get('models').add(ledgerModel);
  strapi.get('models').add(countsModel);
  strapi.get('models').add(variantsModel);
  // The built-in plugin configures its own copy of sharp, which may be another one than this plugin's.
  sharp.cache(config.sharp.cache);
  sharp.concurrency(config.sharp.concurrency);
  const { dist, app, static: folders } = strapi.dirs;
  const uploads = path.join(folders.public, UPLOADS);
  let ofPrivate: string | null = null;
  if (isLocal(config)) {
    await mkdir(uploads, { recursive: true });
    const { private: byDefault, privateDir } = localOptions(config);
    ofPrivate = await privateFolder({
      folder: path.resolve(app.root, privateDir),
      publicFolder: folders.public,
      wanted: byDefault || config.allowPrivate,
      log: strapi.log,
    });
  }
  // The files of another provider may be private, too. Their variants lie where the local disk would have private files.
  const variantsOfPrivate = ofPrivate ?? path.resolve(app.root, PRIVATE_FOLDER);
  const layers = new RouterLayers(strapi);
  layers.watch();
  const codeAround = new CodeAround(strapi, layers);
  codeAround.watch();
  const bodyParser = leaveFormsToRoutes(strapi, layers);
  const { stored, images } = fillContainer(
    strapi,
    { bodyParser, codeAround },
    {
      uploads,
      privateFiles: ofPrivate,
      variantsOfPrivate,
    }
  );

  guardMutations(strapi);
  pageGraphqlLists(strapi);
  watchClientErrors(strapi.server.httpServer);
  sendListsInPieces(strapi);

  const loaded = await loadProvider(config, providerFolders([dist.root, app.root]));
  const { privateFiles, storage } = stored;
  strapi.plugin('upload').provider = privateFiles
    ? withPrivateFiles(loaded, privateFiles, storage)
    : loaded;
  serveFiles(strapi, config, {
    uploads,
    privateRoot: variantsOfPrivate,
    closed: privateFiles && ofPrivate ? { folder: ofPrivate, privateFiles } : null,
    variants: images.variants.delivery,
  });
}
