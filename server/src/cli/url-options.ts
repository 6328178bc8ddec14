import { parseArgs } from 'node:util';
import type { UrlOptions } from '../variants/variant-urls';
import { readQuery } from '../variants/asked';
import { UsageError } from './usage-error';

export const URL_SUMMARY = 'print a signed URL of a variant of a stored image';

/** The options of `strapi-upload url` for the usage text. */
export const URL_OPTIONS: Array<[option: string, meaning: string]> = [
  ['--size name', 'make the variant of a size of the file, such as small'],
  ['--width n', 'width in pixels'],
  ['--height n', 'height in pixels'],
  ['--fit name', 'cover, contain, inside or outside'],
  ['--quality n', 'quality of the encoder, from 1 to 100'],
  ['--format name', 'auto, avif, webp, jpg or png'],
  ['--enlarge', 'enlarge small images'],
  ['--expires n', 'seconds until the URL ends'],
];

/** What `strapi-upload url` shall print. */
export interface UrlOrder {
  /** Id, documentId or stored URL of a file. */
  file: string;
  /** Name of a size; undefined for the file itself. */
  size: string | undefined;
  options: UrlOptions;
}

/**
 * Parses the arguments of `strapi-upload url`.
 *
 * @throws UsageError
 */
export function parseUrl(args: string[]): UrlOrder {
  try {
    return orderOf(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Options that have the name of a parameter of a URL. */
const PARAMETERS = ['width', 'height', 'fit', 'quality', 'format'] as const;

function orderOf(args: string[]): UrlOrder {
  const string = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ width: string, height: string, fit: string, quality: string, format: string },
      ...{ size: string, expires: string, enlarge: { type: 'boolean' } },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    throw new Error('name one file: its id, its documentId or its URL in the database.');
  }
  const query = PARAMETERS.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  }).concat(values.enlarge ? ['withoutEnlargement=false'] : []);
  const options: UrlOptions = { ...readQuery(query.join('&'))?.values };
  if (values.expires !== undefined) {
    options.expires = secondsIn(values.expires);
  }
  return { file, size: values.size, options };
}

function secondsIn(given: string): number {
  if (!/^[1-9]\d{0,9}$/.test(given)) {
    throw new Error('--expires takes a whole number of seconds, at least 1.');
  }
  return Number(given);
}
