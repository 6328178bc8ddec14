import { sizesSchema } from '../../config/images';
import type { SizeOptions } from '../../images/plan/sizes';
import type { LinkAttribute } from '../../links/model';

/**
 * Reads the named sizes of the attribute that files are linked to: `pluginOptions.upload.sizes` in its schema. A
 * mistake in the schema does not refuse a file: it is logged, and the sizes are left out.
 *
 * @param name of the attribute, for messages: `api::restaurant.restaurant.cover`
 */
export function sizesOfAttribute(
  attribute: LinkAttribute | undefined,
  name: string,
  log: { warn(message: string): void }
): Record<string, SizeOptions> {
  const { sizes = {} } = attribute?.pluginOptions?.upload ?? {};
  const { success, data, error } = sizesSchema.safeParse(sizes);
  if (!success) {
    const [{ path, message } = { path: [], message: '' }] = error.issues;
    const key = ['sizes', ...path].join('.');
    log.warn(
      `upload: pluginOptions.upload.${key} of the attribute "${name}" is ignored, because its value is not allowed; allowed: ${message}.`
    );
  }
  return data ?? {};
}
