import prepareTemplate from '../support/template/prepare';
import { buildAdminPanel } from './build-admin-panel';

/** Makes once what all browser tests need: a built admin panel, and the template with which servers start. */
export default async function prepare(): Promise<void> {
  await buildAdminPanel();
  await prepareTemplate();
}
