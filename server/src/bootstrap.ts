import type { Core } from '@strapi/strapi';
import { LEDGER_TABLE } from './ledger/model';
import { VARIANTS_TABLE } from './variants/model';
import { atMost } from './util/at-most';
import { containerOf } from './wiring/container';
import { warnAtStart } from './wiring/warn-at-start';

/** Longest time that the start waits for the provider, in ms. */
const LONGEST_WAIT = 2000;

/**
 * Adds the plugin's hooks and starts its background work, such as the recovery of work that other processes have
 * left unfinished.
 */
export default async function bootstrap({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  await keepTables(strapi);
  await strapi.plugin('upload').service('extensions').signFileUrlsOnDocumentService();
  strapi.plugin('upload').service('extensions').deleteFilesWithEntries();
  strapi.plugin('upload').service('extensions').noteDeletedRows();
  const { settings, background, images } = containerOf(strapi);
  strapi.db.lifecycles.subscribe(images.variants.changes.hooks as never);
  background.caretaker.start();
  // Commands do not listen, and most of them process no images. A project's own settings of sharp, which `bootstrap` of the
  // project may set, are known by then.
  strapi.server.httpServer.once('listening', () => images.renderer.prepare());
  // URLs of variants are made without waiting for the provider's answer, so it is asked now. A slow provider must not delay
  // the start.
  await atMost(LONGEST_WAIT, images.variants.remoteFiles.isClosed());
  await warnAtStart(strapi, settings.config());
}

/** Tables that stay when a project goes back to the built-in plugin for a while. */
const KEPT = [LEDGER_TABLE, VARIANTS_TABLE];

/** Keeps this plugin's tables. Strapi drops tables that no loaded plugin declares. */
async function keepTables(strapi: Core.Strapi): Promise<void> {
  const entry = { type: 'core', key: 'persisted_tables' };
  const tables = ((await strapi.store.get(entry)) ?? []) as Array<string | { name: string }>;
  const names = tables.map((table) => (typeof table === 'string' ? table : table.name));
  const missing = KEPT.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    await strapi.store.set({ ...entry, value: [...tables, ...missing] });
  }
}
