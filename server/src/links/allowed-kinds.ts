import { namesOf } from '../types/type-names';

/** Kinds of files under the names that `allowedTypes` of a media attribute uses. */
const KINDS: Record<string, string> = { image: 'images', video: 'videos', audio: 'audios' };

/** The kind of a MIME type. Every type that is not an image, video or audio has the kind `files`. */
export const kindOf = (mime: string): string => KINDS[mime.split('/')[0] ?? ''] ?? 'files';

/**
 * Whether a media attribute accepts files of a type, under any name of that type. An attribute without `allowedTypes`
 * accepts all files.
 */
export const takes = (allowedTypes: readonly string[] | undefined, mime: string): boolean =>
  !allowedTypes ||
  allowedTypes.includes('any') ||
  namesOf(mime).some((name) => allowedTypes.includes(kindOf(name)));
