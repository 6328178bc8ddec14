import type { Core } from '@strapi/strapi';
import type { UrlFile, UrlOptions } from '../variants/variant-urls';
import { containerOf } from '../wiring/container';

/** URLs of variants of images, for a project's own code: `strapi.plugin('upload').service('delivery')`. */
export default ({ strapi }: { strapi: Core.Strapi }) => ({
  /**
   * Returns a signed URL of a variant, whose values are not rounded.
   *
   * @param file a file, or one of its sizes: `url`, with another provider than the local one also `hash` and `ext`, and
   *   `updatedAt` if caches may keep the variant for good
   * @param options the variant: `width`, `height`, `fit`, `quality`, `format`, `withoutEnlargement`; `expires` in
   *   seconds
   * @throws Error if a value is not allowed, or if there is no secret to sign with
   */
  url(file: UrlFile, options: UrlOptions = {}): string {
    return containerOf(strapi).images.variants.urls.url(file, options);
  },
});
