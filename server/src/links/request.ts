import { errors } from '../util/strapi-utils';
import type { LinkRequest, LinkStatus } from '../types/rows';

const REQUIRED = ['ref', 'refId', 'field'] as const;
const OPTIONAL = ['source', 'locale', 'status'] as const;

/**
 * Parses the form fields that link files to an entry.
 *
 * @returns null if none of the fields was sent
 * @throws errors.ValidationError that names the missing fields if only some were sent, or a field that was sent twice;
 *   also for an unknown status
 */
export function parseLinkRequest(fields: Record<string, unknown>): LinkRequest | null {
  const values = Object.fromEntries(REQUIRED.map((key) => [key, single(key, fields[key])]));
  const missing = REQUIRED.filter((key) => !values[key]);
  if (missing.length === REQUIRED.length) {
    return null;
  }
  if (missing.length > 0) {
    throw new errors.ValidationError(
      `To link files to an entry, send ref, refId and field. The request has no ${missing.join(' and no ')}.`
    );
  }
  const { ref = '', refId = '', field = '' } = values;
  const [source, locale, status] = OPTIONAL.map((key) => single(key, fields[key]));
  return { ref, refId, field, source, locale, status: statusOf(status) };
}

/** Whether all fields that a link requires have arrived; optional fields may still follow. */
export const isComplete = (fields: Record<string, unknown>): boolean =>
  REQUIRED.every((key) => Boolean(fields[key]));

function single(key: string, value: unknown): string | undefined {
  if (Array.isArray(value)) {
    throw new errors.ValidationError(`The field "${key}" was sent more than once.`);
  }
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function statusOf(value: string | undefined): LinkStatus | undefined {
  if (value !== undefined && value !== 'draft' && value !== 'published') {
    throw new errors.ValidationError(`status: "${value}" is neither "draft" nor "published".`);
  }
  return value;
}

/**
 * Returns the uid for a `ref`. A uid stays as it is. A plain name is a model of the plugin in `source`, or without
 * `source` a model of the API with that name.
 */
export function uidOf({ ref, source }: Pick<LinkRequest, 'ref' | 'source'>): string {
  if (ref.includes('::') || ref.includes('.')) {
    return ref;
  }
  return source ? `plugin::${source}.${ref}` : `api::${ref}.${ref}`;
}
