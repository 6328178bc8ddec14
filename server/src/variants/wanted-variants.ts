import type { TransformOptions } from '../config/transforms';
import { uprightSize } from '../images/header/probe';
import { Lru } from '../util/lru';
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
export interface Wish {
  values: Asked;
  isExact: boolean;
  accepted: Accepted;
  isPrivate: boolean;
}

/** Plans a variant; null if it would be the stored object itself. */
function wantedOf(
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

/** Number of plans that are kept, each with about two kilobytes. */
const MOST = 5000;

/** A plan, and the settings with which it was made. */
interface Planned extends Settings {
  wanted: WantedVariant | null;
}

/** Plans variants. Keeps the plans of repeated requests: a new plan takes ten times as long as a kept one. */
export class WantedVariants {
  private readonly planned = new Lru<Planned>(MOST);

  /**
   * Returns a variant of a source; null if it would be the stored object itself.
   *
   * @throws BadQuery
   */
  of(source: Source, wish: Wish, settings: Settings): WantedVariant | null {
    const { options, encoder } = settings;
    // The state identifies the bytes, and so the header of the image.
    const key = JSON.stringify([source.state, source.hash, source.focalPoint, wish]);
    const before = this.planned.get(key);
    // Settings are the same objects until they change.
    if (before?.options === options && before.encoder === encoder) {
      return before.wanted && { ...before.wanted, source };
    }
    const wanted = wantedOf(source, wish, settings);
    this.planned.set(key, { options, encoder, wanted });
    return wanted;
  }
}
