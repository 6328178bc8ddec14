import type { Core } from '@strapi/strapi';
import { CONTAINER_KEY } from './config/constants';
import { containerOf } from './wiring/container';

/** Strapi shuts down: no new uploads, those that run come to their end, before the database goes. */
export default async function destroy({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  if (!strapi.has(CONTAINER_KEY)) {
    // It is destroyed because `register` failed: nothing of ours is there.
    return;
  }
  const { journal, background, stored, access, images } = containerOf(strapi);
  const left = await journal.workload.close();
  if (left > 0) {
    strapi.log.warn(
      `upload: the server shuts down while ${left} uploads or removals do not end; recovery brings them to their end.`
    );
  }
  await background.caretaker.stop();
  await stored.storage.close?.();
  await access.sanitizer.close();
  await images.renderer.close();
}
