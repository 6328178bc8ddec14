import { namesOf } from '../types/type-names';

/** Kinds of files, as the `allowedTypes` of a media attribute name them. */
const KINDS: Record<string, string> = { image: 'images', video: 'videos', audio: 'audios' };

/** The kind of a type; what is no image, film or sound is a file. */
export const kindOf = (mime: string): string => KINDS[mime.split('/')[0] ?? ''] ?? 'files';

/** Whether a media attribute takes files of a type, under any of its names; without a list it takes all. */
export const takes = (allowedTypes: readonly string[] | undefined, mime: string): boolean =>
  !allowedTypes ||
  allowedTypes.includes('any') ||
  namesOf(mime).some((name) => allowedTypes.includes(kindOf(name)));
