import prepareTemplate from '../support/template/prepare';
import { buildAdminPanel } from './build-admin-panel';

/** What all browser tests need once: a built admin panel, and a template that servers start from. */
export default async function prepare(): Promise<void> {
  await buildAdminPanel();
  await prepareTemplate();
}
