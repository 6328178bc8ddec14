import type { TransformOptions } from '../config/transforms';
import type { Image } from '../images/header/probe';
import { BadQuery, type AskedFormat } from './asked';

/** Format of an encoder: `jpeg`, `png`, `webp`, `avif`, `gif` or `tiff`. */
export type OutputFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff';

/** Types that a client accepts by name. Wildcards do not count: most clients that send them cannot show new formats. */
export interface Accepted {
  avif: boolean;
  webp: boolean;
}

/**
 * Reads a header `Accept` (RFC 9110 section 12.5.1). A type counts if it is named with a weight above 0.
 *
 * @param header undefined if the request has none
 */
export function acceptedTypes(header: string | undefined): Accepted {
  const accepted: Accepted = { avif: false, webp: false };
  for (const item of header?.split(',') ?? []) {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const counts = weight === undefined || Number(weight.split('=')[1]) > 0;
    if (type === 'image/avif') {
      accepted.avif = counts;
    } else if (type === 'image/webp') {
      accepted.webp = counts;
    }
  }
  return accepted;
}

/** The formats that the configuration allows, and whether `Accept` chooses among them. */
export type FormatRules = Pick<TransformOptions, 'formats' | 'negotiate'>;

const ENCODERS = { avif: 'avif', webp: 'webp', jpg: 'jpeg', png: 'png' } as const;

/**
 * Returns the format of a variant.
 *
 * @param accepted counts for `auto` only
 * @throws BadQuery if the configuration does not allow the format
 */
export function outputFormat(
  asked: AskedFormat | undefined,
  image: Pick<Image, 'format' | 'isAnimated' | 'hasAlpha'>,
  { formats, negotiate, accepted }: FormatRules & { accepted: Accepted }
): OutputFormat {
  if (asked === undefined) {
    return image.format as OutputFormat;
  }
  if (asked === 'auto') {
    const can = negotiate ? accepted : { avif: false, webp: true };
    // sharp cannot write an animated AVIF.
    const wanted = [
      ...(can.avif && !image.isAnimated ? ['avif'] : []),
      ...(can.webp ? ['webp'] : []),
    ];
    const format = wanted.find((one): one is 'avif' | 'webp' => formats.includes(one as 'avif'));
    return format ?? shownEverywhere(image);
  }
  if (!formats.includes(asked)) {
    throw new BadQuery(`"format" is "${asked}"; allowed: auto, ${formats.join(', ')}.`);
  }
  // sharp writes no animated AVIF.
  const animated = asked === 'avif' && image.isAnimated && formats.includes('webp');
  return ENCODERS[animated ? 'webp' : asked];
}

/** The image's own format, or for a TIFF, which browsers do not show, JPEG or PNG. */
function shownEverywhere({ format, hasAlpha }: Pick<Image, 'format' | 'hasAlpha'>): OutputFormat {
  if (format === 'tiff') {
    return hasAlpha ? 'png' : 'jpeg';
  }
  return format as OutputFormat;
}
