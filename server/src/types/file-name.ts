import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { strings } from '../util/strapi-utils';

/**
 * Maximum number of characters of the readable part of a hash. With prefix, suffix and extension, the name stays below
 * 255 bytes.
 */
const MAX_SLUG = 120;
const MAX_NAME = 255;
const MAX_EXTENSION = 16;

/** C0 and C1 control characters, and marks that change the text direction. */

const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Halves of surrogate pairs, which no database can store as text or JSON. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Removes characters that PostgreSQL cannot store in a text: NUL and lone surrogates. */
export const storableText = (raw: string): string =>
  raw.replaceAll('\0', '').replace(LONE_SURROGATES, '');

/**
 * Returns a name as the user wrote it, in NFC, without control characters and direction marks. The result has at most
 * 255 characters and keeps the extension. It is empty if nothing is left.
 */
export function displayName(raw: string): string {
  // The name is cut first: normalising long runs of combining marks to NFC takes time quadratic in their length.
  const head = raw.length > 4 * MAX_NAME ? raw.slice(0, 3 * MAX_NAME) + raw.slice(-MAX_NAME) : raw;
  const name = storableText(head.normalize('NFC').replace(INVISIBLE, '')).trim();
  if (name.length <= MAX_NAME) {
    return name;
  }
  const ext = path.extname(name).slice(0, MAX_EXTENSION + 1);
  return storableText(name.slice(0, MAX_NAME - ext.length) + ext);
}

/** The name of an uploaded file, without the folders that some clients put before it. */
export function cleanName(raw: string): string {
  const base = displayName(raw.split(/[\\/]/).at(-1) ?? '');
  return /^\.*$/.test(base) ? 'unnamed' : base;
}

/** A name without the extension of its stored file. */
export const baseName = (name: string, ext: string): string =>
  ext && name.endsWith(ext) ? name.slice(0, -ext.length) : name;

/**
 * The key of a stored object, without extension: slug of the name, `_`, ten random hex digits. For any input it
 * consists only of ASCII letters, digits, `_` and `-`.
 */
export function objectHash(name: string, ext: string): string {
  // The name is cut first: the library in `slugOf` takes time quadratic in the length of non-ASCII text.
  const base = baseName(name, ext).slice(0, MAX_NAME);
  return withRandom(slugOf(base).slice(0, MAX_SLUG) || 'file');
}

/** Makes a key unique with random digits. */
export const withRandom = (key: string): string => `${key}_${randomBytes(5).toString('hex')}`;

/** Patterns for names of ASCII characters, and for words that are run together (`myPhoto`, `IMG01`). */
const PLAIN = /^[\w .,()[\]+-]*$/;
const RUN_TOGETHER = /[a-z\d][A-Z]|[A-Z]{2}[a-z\d]/;

/**
 * Makes a slug as the built-in does. The built-in's library tries 2,000 replacements, which plain names do not need.
 */
export function slugOf(base: string): string {
  return PLAIN.test(base) && !RUN_TOGETHER.test(base)
    ? base
        .split(/[^A-Za-z0-9]+/)
        .filter(Boolean)
        .join('_')
    : strings.nameToSlug(base, { separator: '_', lowercase: false }).replace(/[^A-Za-z0-9_-]/g, '');
}
