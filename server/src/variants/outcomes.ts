import type { VariantOutcome } from '../serving/variant-lookup';
import type { VariantPlan } from './plan-variant';
import type { Source } from './sources/sources';
import type { FoundVariant } from './variants';

/** Largest original that is sent if its variant cannot be made now, in bytes. */
const LARGEST_INSTEAD = 2_000_000;

/** The outcome with a variant that was found or made. */
export const outcomeWith = (
  found: FoundVariant,
  { mime, recipe, ext }: VariantPlan
): VariantOutcome =>
  'place' in found
    ? { kind: 'file', ...found.place, size: found.size }
    : { kind: 'bytes', ...found, mime, name: `${recipe}${ext}` };

/**
 * What is sent if a variant cannot be made now: the nearest larger size that is stored. If there is none, the original,
 * unless it is large.
 *
 * @param isForGood whether the variant can never be made; then a large original is sent, too
 */
export function instead(
  { sizes, bytes }: Source,
  { plan }: VariantPlan,
  isForGood: boolean
): VariantOutcome {
  const [format] = plan.formats;
  const wanted = (format?.canvas ?? format?.crop ?? format?.scaled)?.width ?? 0;
  const larger = sizes.filter(({ width }) => width >= wanted).sort((a, b) => a.width - b.width);
  if (larger[0]) {
    return { kind: 'instead', key: larger[0].key };
  }
  return isForGood || bytes <= LARGEST_INSTEAD ? { kind: 'instead', key: null } : { kind: 'busy' };
}
