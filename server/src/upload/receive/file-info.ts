import { z } from 'zod';
import { errors } from '../../util/strapi-utils';
import { displayName, storableText } from '../../types/file-name';
import type { FileInfo } from '../../types/rows';

// JSON numbers and booleans count as texts, as with the built-in plugin.
const text = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  z.string().nullish()
);
// In a form's brackets all is text.
const percent = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z.number().min(0).max(100)
);
const yesOrNo = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean().nullish()
);

const fileInfoSchema = z.object({
  name: text,
  alternativeText: text,
  caption: text,
  focalPoint: z.object({ x: percent, y: percent }).nullish(),
  private: yesOrNo,
});

/** Ids come as numbers or as text; whether the folder exists the step finds out. */
const folder = z.union([z.number(), z.string()]).nullish();
const withFolder = fileInfoSchema.extend({ folder });

/** Who may say what. */
export interface InfoOptions {
  /** Whether the caller chooses the folder: in the Media Library, not over REST. */
  folder: boolean;
}

/**
 * Reads the `fileInfo` of a request: JSON text or an object, once or a list of them, one per file
 * in the order of the files. Unknown keys are dropped.
 *
 * @param raw the field as it came in; undefined where it was not sent
 * @param count how many files there are
 * @returns one entry per file; empty where nothing was said about one
 * @throws errors.ValidationError when it is not JSON or does not fit
 */
export function parseFileInfos(
  raw: unknown,
  count: number,
  options: InfoOptions = { folder: false }
): FileInfo[] {
  const values = (Array.isArray(raw) ? raw : [raw]).flatMap((value) =>
    value === undefined || value === '' ? [] : parseJson(value)
  );
  const isList = Array.isArray(raw) || (typeof raw === 'string' && raw.trimStart().startsWith('['));
  if (count > 1 && values.length > 0 && !isList) {
    throw new errors.ValidationError(
      `fileInfo must be a list with one entry per file, since ${count} files were sent.`
    );
  }
  const infos = values.map((value) => parseInfo(value, options));
  return Array.from({ length: count }, (_, index) => infos[index] ?? {});
}

function parseJson(value: unknown): unknown[] {
  if (typeof value !== 'string') {
    return [value];
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    throw new errors.ValidationError('fileInfo is not valid JSON.');
  }
}

/** What is said about one file. */
export function parseInfo(value: unknown, options: InfoOptions): FileInfo {
  const parsed = (options.folder ? withFolder : fileInfoSchema).safeParse(value ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = ['fileInfo', ...(issue?.path ?? [])].join('.');
    throw new errors.ValidationError(`${where}: ${issue?.message ?? 'invalid'}.`, {
      errors: parsed.error.issues.map(({ path, message }) => ({
        path: ['fileInfo', ...path],
        message,
        name: 'ValidationError',
      })),
    });
  }
  return parsed.data;
}

/** What callers may say in columns of a file; the other columns are ours to set. */
const KNOWN = ['name', 'alternativeText', 'caption', 'focalPoint', 'folder'] as const;

/**
 * What is said about a file as it is stored: a name in one line that fits its column, texts that
 * every database can store, and nothing else.
 */
export function tidyInfo(info: FileInfo = {}): FileInfo {
  const { name, alternativeText, caption } = info;
  const said = KNOWN.filter((key) => key in info).map((key) => [key, info[key]]);
  return {
    ...Object.fromEntries(said),
    ...(name == null ? {} : { name: displayName(name) || undefined }),
    ...(alternativeText == null ? {} : { alternativeText: storableText(alternativeText) }),
    ...(caption == null ? {} : { caption: storableText(caption) }),
  };
}

/**
 * What a project's code says of files when it calls the service: objects, or a form's field as it came in. Such a field is
 * a client's word, which chooses no folder.
 *
 * @throws errors.ValidationError for text that is no JSON, or does not fit
 */
export function infosIn(
  raw: FileInfo | FileInfo[] | string | undefined,
  count: number
): FileInfo[] {
  return typeof raw === 'string' ? parseFileInfos(raw, count) : [raw ?? {}].flat();
}

/** As the built-in plugin hands it to its service: an object for one file, a list for several. */
export const oneOrMany = (infos: FileInfo[]): FileInfo | FileInfo[] =>
  infos.length === 1 ? infos[0]! : infos;
