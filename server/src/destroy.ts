import type { Core } from '@strapi/strapi';
import { partsOf } from './parts';

/** Strapi shuts down: no new uploads, those that run come to their end, before the database goes. */
export default async function destroy({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  const { workload, caretaker, storage, sanitizer } = partsOf(strapi);
  await workload.close();
  await caretaker.stop();
  await storage.close?.();
  await sanitizer.close();
}
