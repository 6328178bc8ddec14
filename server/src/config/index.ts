import { localOptionsSchema } from './private';
import { configSchema, describeConfigError, isLocal, type UploadConfig } from './schema';

export { isLocal, type UploadConfig };

/** The local provider's options with our defaults. */
export const localOptions = ({ providerOptions }: UploadConfig) =>
  localOptionsSchema.parse(providerOptions);

/**
 * The project's configuration with our defaults.
 *
 * @param raw what `strapi.config.get('plugin::upload')` holds
 * @throws Error with one sentence per wrong key; at start it stops Strapi
 */
export function parseConfig(raw: unknown): UploadConfig {
  const parsed = configSchema.safeParse(raw ?? {});
  if (!parsed.success) {
    throw new Error(`upload plugin config: ${describeConfigError(parsed.error, raw)}`);
  }
  return parsed.data;
}
