import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../../config/constants';
import type { FileRow } from '../../types/rows';
import { sanitize } from '../../util/strapi-utils';

/** Events about files that Strapi's event hub and webhooks receive. */
export type MediaEvent = 'media.create' | 'media.update' | 'media.delete';

/** Sends an event to the event hub, which calls the webhooks. A failing listener does not fail the upload. */
export type Announce = (event: MediaEvent, file: FileRow) => Promise<void>;

/** Sends events about files as Strapi does for entries: without the attributes that the schema marks as private. */
export const announcer =
  (strapi: Core.Strapi): Announce =>
  async (event, file) => {
    const failed = (error: unknown) =>
      strapi.log.error(`upload: a listener for the event "${event}" failed: ${String(error)}`);
    try {
      const getModel = (uid: string) => strapi.getModel(uid as typeof FILE_UID);
      const schema = getModel(FILE_UID);
      const media = await sanitize.sanitizers.defaultSanitizeOutput(
        { schema, getModel },
        file as Parameters<typeof sanitize.sanitizers.defaultSanitizeOutput>[1]
      );
      // No `await`: as with the built-in plugin, the client must not wait for a slow listener.
      void strapi.eventHub.emit(event, { media }).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
