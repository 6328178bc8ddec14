import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../../config/constants';
import type { FileRow } from '../../types/rows';
import { sanitize } from '../../util/strapi-utils';

/** Events of Strapi's hub and webhooks that tell of files. */
export type MediaEvent = 'media.create' | 'media.update' | 'media.delete';

/** Tells the event hub, and with it the webhooks; a listener's failure is not the upload's. */
export type Announce = (event: MediaEvent, file: FileRow) => Promise<void>;

/** Announces files as Strapi announces entries: without what its schema keeps from everybody. */
export const announcer =
  (strapi: Core.Strapi): Announce =>
  async (event, file) => {
    const failed = (error: unknown) =>
      strapi.log.error(`A listener to ${event} failed: ${String(error)}`);
    try {
      const getModel = (uid: string) => strapi.getModel(uid as typeof FILE_UID);
      const schema = getModel(FILE_UID);
      const media = await sanitize.sanitizers.defaultSanitizeOutput(
        { schema, getModel },
        file as Parameters<typeof sanitize.sanitizers.defaultSanitizeOutput>[1]
      );
      // Not waited for: a slow listener is not the client's to wait for (as with the built-in).
      void strapi.eventHub.emit(event, { media }).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
