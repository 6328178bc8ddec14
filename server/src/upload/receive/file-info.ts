import { z } from 'zod';
import { errors } from '../../util/strapi-utils';
import { displayName, storableText } from '../../types/file-name';
import type { FileInfo } from '../../types/rows';

// Schema of a text. Numbers and booleans in JSON count as text, as with the built-in plugin.
const text = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  z.string().nullish()
);
// Schema of a percentage. Form fields with brackets (`fileInfo[focalPoint][x]`) contain numbers only as text.
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

/** Schema of a folder's id. Ids come as numbers or as text. A later step checks whether the folder exists. */
const folder = z.union([z.number(), z.string()]).nullish();
const withFolder = fileInfoSchema.extend({ folder });

/** Which keys the caller may send. */
export interface InfoOptions {
  /** Whether the caller may choose the folder: yes in the Media Library, no over REST. */
  folder: boolean;
}

/**
 * Parses the `fileInfo` of a request. It is JSON text or an object, single or as a list with one item per file, in the
 * order of the files. Unknown keys are dropped.
 *
 * @param raw the field as the client sent it; undefined if it is missing
 * @param count number of files
 * @returns one `FileInfo` per file; an empty one for a file without `fileInfo`
 * @throws errors.ValidationError if the text is not JSON or a value is not valid
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

/** Parses the `fileInfo` of one file. */
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

/** Columns of a file that the caller may set. Only this plugin sets the other columns. */
const KNOWN = ['name', 'alternativeText', 'caption', 'focalPoint', 'folder'] as const;

/**
 * Cleans a `fileInfo` before it is stored: the name becomes one line that fits its column, the texts lose what some
 * databases cannot store, and unknown keys are dropped.
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
 * Reads the `fileInfo` that a project's code passes to the service: objects, or the unparsed field of a form. Such
 * a field comes from a client, which may not choose the folder.
 *
 * @throws errors.ValidationError for text that is not JSON, or for a value that is not valid
 */
export function infosIn(
  raw: FileInfo | FileInfo[] | string | undefined,
  count: number
): FileInfo[] {
  return typeof raw === 'string' ? parseFileInfos(raw, count) : [raw ?? {}].flat();
}

/**
 * Returns infos in the shape that the built-in plugin passes to its service: an object for one file, a list for
 * several.
 */
export const oneOrMany = (infos: FileInfo[]): FileInfo | FileInfo[] =>
  infos.length === 1 ? infos[0]! : infos;
