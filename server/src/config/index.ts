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
 * @throws Error with one sentence for each wrong key. When Strapi starts, this error stops Strapi
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
 * Returns one key of the configuration. Works also if another key has a wrong value.
 *
 * @param raw the whole current configuration
 * @param atStart the value at the start of the server; returned if the current value of this key is wrong
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
