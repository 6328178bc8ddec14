import { prepare } from './prepare';
import { localOptionsSchema } from './private';
import {
  configSchema,
  describeConfigError,
  fieldSchemas,
  isLocal,
  type UploadConfig,
} from './schema';

export { isLocal, type UploadConfig };

/** The options of the local provider, with this plugin's defaults. */
export const localOptions = ({ providerOptions }: UploadConfig) =>
  localOptionsSchema.parse(providerOptions);

/**
 * The project's configuration, with this plugin's defaults.
 *
 * @param raw the value of `strapi.config.get('plugin::upload')`
 * @throws Error with one sentence per wrong key; at start it stops Strapi
 */
export function parseConfig(raw: unknown): UploadConfig {
  const parsed = configSchema.safeParse(prepare(raw ?? {}));
  if (!parsed.success) {
    throw new Error(`upload plugin config: ${describeConfigError(parsed.error, raw)}`);
  }
  return parsed.data;
}

export type SettingKey = keyof typeof fieldSchemas;

/**
 * One key of a configuration in which another key is wrong.
 *
 * @param raw the whole current configuration
 * @param atStart value of the key at the start, used if the key itself is wrong now
 */
export function parseSetting<K extends SettingKey>(
  key: K,
  raw: unknown,
  atStart: UploadConfig[K]
): UploadConfig[K] {
  const { [key]: value, sharp } = (raw ?? {}) as Record<string, unknown>;
  const parsed = fieldSchemas[key].safeParse(prepare({ [key]: value, sharp })[key]);
  return parsed.success ? (parsed.data as UploadConfig[K]) : atStart;
}
