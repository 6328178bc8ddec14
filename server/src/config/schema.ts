import { z } from 'zod';
import { contentsFields } from './fields/contents';
import { deliveryFields } from './fields/delivery';
import { libraryFields } from './fields/library';
import { requestsFields } from './fields/requests';
import { storageFields } from './fields/storage';
import { localOptionsSchema } from './private';

/** Whether the local provider is configured. Strapi accepts provider names in any case. */
export const isLocal = ({ provider }: { provider: string }): boolean =>
  provider.toLowerCase() === 'local';

/**
 * `upload.config` of a project's `config/plugins`: the keys of the built-in plugin with the same meaning, and more.
 * Unknown keys are kept, since providers and projects add their own. Each message says which values are allowed; {@link
 * describeConfigError} puts key and value before it. The descriptions are Markdown: `npm run docs:configuration` makes
 * docs/configuration.md of them.
 */
const fields = z.looseObject({
  ...storageFields,
  ...requestsFields,
  ...libraryFields,
  ...contentsFields,
  ...deliveryFields,
});

/** The schema of each key of the configuration. */
export const fieldSchemas = fields.shape;

/**
 * The schema of the whole configuration. It also checks values that depend on the provider. Options of providers other
 * than the local one are not checked.
 */
export const configSchema = fields.superRefine((config, context) => {
  if (isLocal(config)) {
    const { error } = localOptionsSchema.safeParse(config.providerOptions);
    for (const { path, message } of error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['providerOptions', ...path], message });
    }
  } else if (config.allowPrivate) {
    const message = 'true only with the provider "local", which can store private files separately';
    context.addIssue({ code: 'custom', path: ['allowPrivate'], message });
  }
});

/** The plugin's configuration with its defaults filled in. */
export type UploadConfig = z.output<typeof configSchema>;

/** Returns one sentence for each problem: the key, its value (unless the value holds secrets), and what is allowed. */
export function describeConfigError(error: z.ZodError, raw: unknown): string {
  return error.issues
    .map(({ path, message }) => {
      const value = path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
        raw
      );
      const isSecret = path[0] === 'private' && (path.length === 1 || path[1] === 'keys');
      const shown = isSecret ? 'wrong' : (JSON.stringify(value) ?? String(value));
      return `"${path.join('.')}" is ${shown}; allowed: ${message}.`;
    })
    .join(' ');
}
