import type { TransformOptions } from '../config/transforms';
import { uprightSize } from '../images/header/probe';
import type { Asked } from './asked';
import { outputFormat, type Accepted } from './negotiate';
import { planVariant, type EncoderOptions } from './plan-variant';
import { rounded } from './rounding';
import type { Source } from './sources/sources';
import type { WantedVariant } from './variants';

/** The settings for one request. */
export interface Settings {
  options: TransformOptions;
  encoder: EncoderOptions;
}

/** What is asked for, and what the client accepts. */
interface Wish {
  values: Asked;
  isExact: boolean;
  accepted: Accepted;
  isPrivate: boolean;
}

/** Plans a variant; null if it would be the stored object itself. */
export function wantedOf(
  source: Source,
  { values, isExact, accepted, isPrivate }: Wish,
  { options, encoder }: Settings
): WantedVariant | null {
  const exact = isExact ? values : rounded(values, uprightSize(source.image), options);
  const format = outputFormat(exact.format, source.image, { ...options, accepted });
  const made = planVariant(source, { ...exact, format }, encoder);
  return (
    made && { source, made, place: { name: `${source.hash}/${made.recipe}${made.ext}`, isPrivate } }
  );
}
