import { sizesSchema } from '../config/images';
import type { SizeOptions } from '../images/sizes';
import type { LinkTarget } from '../links/target';

/**
 * Named sizes of the attribute that files are linked to: `pluginOptions.upload.sizes` in its schema.
 * A mistake in a schema is no reason to refuse a file: the log tells it, and the sizes are left out.
 */
export function sizesOfAttribute(
  { slots, name }: LinkTarget,
  log: { warn(message: string): void }
): Record<string, SizeOptions> {
  const { upload } = (slots[0]?.attribute.pluginOptions ?? {}) as { upload?: { sizes?: unknown } };
  const { success, data, error } = sizesSchema.safeParse(upload?.sizes ?? {});
  if (!success) {
    const [{ path, message } = { path: [], message: '' }] = error.issues;
    const key = ['sizes', ...path].join('.');
    log.warn(`pluginOptions.upload.${key} of ${name} is not used; allowed: ${message}.`);
  }
  return data ?? {};
}
