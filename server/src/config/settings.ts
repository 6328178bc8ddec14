import { parseConfig, parseSetting, type SettingKey, type UploadConfig } from '.';

/**
 * The current configuration. Projects change it while the server runs, by `strapi.config.set` or in the object itself.
 * It is read many times per request, but checked only once per change.
 */
export class Settings {
  private readonly atStart: UploadConfig;
  private checked: { raw: unknown; config: UploadConfig | null } | undefined;

  /** @throws Error if the configuration is wrong at the start */
  constructor(private readonly read: () => unknown) {
    this.atStart = this.all();
  }

  /**
   * Returns the whole configuration.
   *
   * @throws Error if the configuration is wrong now
   */
  all(): UploadConfig {
    const raw = this.read();
    return this.current(raw) ?? parseConfig(raw);
  }

  /** Returns the value of one key. If the current value is wrong, returns the value at the start of the server. */
  one<K extends SettingKey>(key: K): UploadConfig[K] {
    const raw = this.read();
    return this.current(raw)?.[key] ?? parseSetting(key, raw, this.atStart[key]);
  }

  /** Returns the checked configuration; null if the configuration is wrong. */
  private current(raw: unknown): UploadConfig | null {
    if (!this.checked || !isSame(this.checked.raw, raw)) {
      this.checked = { raw: copyOf(raw), config: parsed(raw) };
    }
    return this.checked.config;
  }
}

function parsed(raw: unknown): UploadConfig | null {
  try {
    return parseConfig(raw);
  } catch {
    return null;
  }
}

type Keyed = Record<string, unknown>;

const isObject = (value: unknown): value is Keyed => {
  const prototype: unknown = typeof value === 'object' && value && Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
};

/** Copies objects and arrays. Functions, and objects of a class such as a storage client, are not copied. */
const copyOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(copyOf)
    : isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]))
      : value;

/**
 * Compares an earlier copy with a value. Takes a few microseconds for a whole configuration. `isDeepStrictEqual` takes
 * ten times as long.
 */
function isSame(copy: unknown, value: unknown): boolean {
  if (!isObject(copy) || !isObject(value)) {
    return Object.is(copy, value);
  }
  const keys = Object.keys(copy);
  return (
    keys.length === Object.keys(value).length &&
    keys.every((key) => Object.hasOwn(value, key) && isSame(copy[key], value[key]))
  );
}
