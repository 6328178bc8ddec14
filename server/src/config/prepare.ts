/** A configuration as the project wrote it. */
type Raw = Record<string, unknown>;

/** Keys whose values are handed on as they are. */
const OPAQUE = ['providerOptions', 'actionOptions'];

/** With what sharp knows no bound. */
const NONE: unknown[] = [false, 0, '0'];

/** Of which more cannot be decoded: there is no bound. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/**
 * A configuration as it is checked: without keys that are null, which say nothing, as where `env()` finds no variable; and
 * with sharp's bound of pixels, which Strapi hands to sharp, where this plugin has its own.
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
