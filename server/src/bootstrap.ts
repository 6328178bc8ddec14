import type { Core } from '@strapi/strapi';
import { LEDGER_TABLE } from './ledger/model';
import { containerOf } from './wiring/container';
import { warnAtStart } from './wiring/warn-at-start';

/**
 * Adds the plugin's hooks and starts its background work, such as the recovery of work that other processes have
 * left unfinished.
 */
export default async function bootstrap({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  await keepLedgerTable(strapi);
  await strapi.plugin('upload').service('extensions').signFileUrlsOnDocumentService();
  strapi.plugin('upload').service('extensions').deleteFilesWithEntries();
  strapi.plugin('upload').service('extensions').noteDeletedRows();
  const { settings, background } = containerOf(strapi);
  background.caretaker.start();
  await warnAtStart(strapi, settings.config());
}

/**
 * Keeps the ledger's table. Strapi drops tables that no loaded plugin declares. The table must stay when a project
 * goes back to the built-in plugin for a while.
 */
async function keepLedgerTable(strapi: Core.Strapi): Promise<void> {
  const entry = { type: 'core', key: 'persisted_tables' };
  const tables = ((await strapi.store.get(entry)) ?? []) as Array<string | { name: string }>;
  if (!tables.some((table) => (typeof table === 'string' ? table : table.name) === LEDGER_TABLE)) {
    await strapi.store.set({ ...entry, value: [...tables, LEDGER_TABLE] });
  }
}
