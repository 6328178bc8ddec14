/** A configuration as the project wrote it. */
type Raw = Record<string, unknown>;

/** Keys whose values are passed on unchanged. */
const OPAQUE = ['providerOptions', 'actionOptions'];

/** Values with which sharp has no pixel limit. */
const NONE: unknown[] = [false, 0, '0'];

/** The number that means "no limit" in this plugin's own setting. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/**
 * Prepares a configuration for the checks. Removes keys that are null: they mean "not set", for example if `env()`
 * finds no variable. Copies sharp's pixel limit, which Strapi passes to sharp, to this plugin's own setting.
 */
export function prepare(raw: unknown): Raw {
  const config = withoutNulls(raw) as Raw;
  const { sharp, images = {} } = isPlain(config) ? config : {};
  const limit = isPlain(sharp) ? sharp.limitInputPixels : undefined;
  return limit === undefined || limit === true || !isPlain(images) || 'maxPixels' in images
    ? config
    : { ...config, images: { ...images, maxPixels: NONE.includes(limit) ? UNBOUNDED : limit } };
}

function withoutNulls(value: unknown): unknown {
  return isPlain(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null)
          .map(([key, inner]) => [key, OPAQUE.includes(key) ? inner : withoutNulls(inner)])
      )
    : value;
}

const isPlain = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
