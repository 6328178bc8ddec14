/** How an image fits into the box of its variant: as in Directus. */
export const FITS = ['cover', 'contain', 'inside', 'outside'] as const;
export type Fit = (typeof FITS)[number];

/** Formats that a request can name. */
export const FORMATS = ['auto', 'avif', 'webp', 'jpg', 'png'] as const;
export type AskedFormat = (typeof FORMATS)[number];

/** A variant as a request describes it. */
export interface Asked {
  /** Width and height in pixels. */
  width?: number | undefined;
  height?: number | undefined;
  fit?: Fit | undefined;
  /** 1 to 100. */
  quality?: number | undefined;
  format?: AskedFormat | undefined;
  withoutEnlargement?: boolean | undefined;
}

/** What the query of a request says about a variant. */
export interface AskedByQuery {
  /** The values; empty if the query names none. */
  values: Asked;
  /** Name of a preset; undefined if the query names none. */
  preset: string | undefined;
}

/** A query that describes no variant. The message names the parameter and the allowed values. */
export class BadQuery extends Error {
  override name = 'BadQuery';
}

/** Largest number that a query may name. Larger ones are mistakes. */
const LARGEST = 100_000;

/** Number of parameters above which a query is refused. */
const MOST_PARAMETERS = 100;

/** Parameters of a variant. `preset` is another name of `key`. */
const NAMES = new Set([
  ...['width', 'height', 'fit', 'quality', 'format', 'withoutEnlargement', 'key', 'preset'],
]);

/**
 * Reads the parameters of a variant from a query. Other parameters are ignored.
 *
 * @param query without the question mark
 * @returns null if the query has no parameter of a variant
 * @throws BadQuery
 */
export function readQuery(query: string): AskedByQuery | null {
  const found = parametersIn(query);
  if (found.size === 0) {
    return null;
  }
  const values: Asked = {
    width: numberOf('width', found, LARGEST),
    height: numberOf('height', found, LARGEST),
    fit: choiceOf('fit', found, FITS),
    quality: numberOf('quality', found, 100),
    format: formatOf(found),
    withoutEnlargement: flagOf('withoutEnlargement', found),
  };
  const preset = presetOf(found);
  const own = Object.entries(values).find(([, value]) => value !== undefined);
  if (preset !== undefined && own) {
    throw new BadQuery(`"${own[0]}" cannot be combined with "key": a preset has all values.`);
  }
  return { values, preset };
}

/** Returns a query without the parameters of a variant and without `v`. The others stay exactly as they are. */
export const withoutVariant = (query: string): string =>
  query
    .split('&')
    .filter((part) => {
      const [name = ''] = part.split('=');
      return !NAMES.has(name) && name !== 'v';
    })
    .join('&');

function parametersIn(query: string): Map<string, string> {
  const found = new Map<string, string>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(query)) {
    count += 1;
    if (count > MOST_PARAMETERS) {
      throw new BadQuery(`The query has more than ${MOST_PARAMETERS} parameters.`);
    }
    if (!NAMES.has(name)) {
      continue;
    }
    const before = found.get(name);
    if (before !== undefined && before !== value) {
      throw new BadQuery(`"${name}" is given more than once, with different values.`);
    }
    found.set(name, value);
  }
  return found;
}

function numberOf(
  name: string,
  found: ReadonlyMap<string, string>,
  most: number
): number | undefined {
  const text = found.get(name);
  if (text === undefined) {
    return undefined;
  }
  // Front ends compute sizes, so fractions of a pixel are rounded.
  const value = /^\d{1,9}(\.\d{1,20})?$/.test(text) ? Math.round(Number(text)) : 0;
  if (value < 1 || value > most) {
    throw new BadQuery(`"${name}" is ${shown(text)}; allowed: a number from 1 to ${most}.`);
  }
  return value;
}

function choiceOf<const T extends readonly string[]>(
  name: string,
  found: ReadonlyMap<string, string>,
  choices: T
): T[number] | undefined {
  const text = found.get(name);
  if (text === undefined || choices.includes(text)) {
    return text;
  }
  throw new BadQuery(`"${name}" is ${shown(text)}; allowed: ${choices.join(', ')}.`);
}

function flagOf(name: string, found: ReadonlyMap<string, string>): boolean | undefined {
  const text = choiceOf(name, found, ['true', 'false']);
  return text === undefined ? undefined : text === 'true';
}

/** The format. `jpeg` means `jpg`, as in most front ends. */
function formatOf(found: ReadonlyMap<string, string>): AskedFormat | undefined {
  return found.get('format') === 'jpeg' ? 'jpg' : choiceOf('format', found, FORMATS);
}

function presetOf(found: ReadonlyMap<string, string>): string | undefined {
  const [key, preset] = [found.get('key'), found.get('preset')];
  if (key !== undefined && preset !== undefined && key !== preset) {
    throw new BadQuery('"key" and "preset" mean the same, but have different values.');
  }
  return key ?? preset;
}

/** A value in a message. Long values are cut off. */
const shown = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
