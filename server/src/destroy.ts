import type { Core } from '@strapi/strapi';
import { CONTAINER_KEY } from './config/constants';
import { containerOf } from './wiring/container';

/**
 * Called when Strapi shuts down: refuses new uploads and waits for running ones, before the database connection
 * closes.
 */
export default async function destroy({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  if (!strapi.has(CONTAINER_KEY)) {
    // Strapi is destroyed because `register` failed: the plugin's parts do not exist.
    return;
  }
  const { journal, background, stored, access, images, variants } = containerOf(strapi);
  const left = await journal.workload.close();
  if (left > 0) {
    strapi.log.warn(
      `upload: the server shuts down before ${left} uploads or removals are complete. Recovery completes them or rolls them back.`
    );
  }
  await background.caretaker.stop();
  await variants.slowFormats.close();
  await variants.budget.close();
  await stored.storage.close?.();
  await access.sanitizer.close();
  await images.renderer.close();
}
