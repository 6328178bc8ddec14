import type { Core } from '@strapi/strapi';
import { errors } from '../../util/strapi-utils';
import type { Refusal } from '../../errors';
import { groupBy } from '../../util/group';
import { parseFileInfos } from '../../upload/receive/file-info';
import type { PartHeaders } from '../../upload/receive/multipart/part-headers';
import type { FormShape, ReceivedForm } from '../../upload/receive/receive-files';
import type { DiskFile } from '../../upload/receive/received-file';
import { mediaAttributesAt, type GetModel } from '../../links/field-path';
import type { LinkModel } from '../../links/model';
import { refuseFiles, refusalOf } from '../../links/refuse-files';
import { OCTET_STREAM } from '../../types/common-types';
import type { FileInfo } from '../../types/rows';
import type { FormFile } from '../forms/form-files';
import { dataSlot, isObject, type DataSlot, type JsonObject } from './data-slot';

const DATA = 'data';
const FILES = 'files.';
const INFO = 'fileInfo.';

/** The files of one media attribute, in the order in which they were sent. */
export interface SlotFiles {
  slot: DataSlot;
  files: DiskFile[];
  infos: FileInfo[];
}

/** The contents of a form: the entry, its files, and their `fileInfo` by field name. */
export interface EntryForm {
  data: JsonObject;
  files: readonly FormFile[];
  infos: ReceivedForm['fields'];
}

/**
 * Reads a form that holds an entry and its files: `data` (JSON), `files.<path>` and `fileInfo.<path>`, as in REST
 * requests of Strapi 4.
 */
export class EntryFormReader {
  constructor(
    private readonly model: LinkModel,
    private readonly getModel: GetModel
  ) {}

  /** Accepts files in any field, of any type. */
  readonly anyShape: FormShape = {
    isFile: ({ name, fileName, contentType }: PartHeaders) =>
      name.startsWith(FILES)
        ? fileName !== undefined || contentType !== undefined
        : fileName !== undefined && name !== DATA && !name.startsWith(INFO),
    refuseField: () => null,
  };

  readonly shape: FormShape = {
    ...this.anyShape,

    refuseField: (name) => {
      const path = pathIn(name, FILES);
      if (path === null) {
        return `Send the files of an entry in the field "${FILES}<attribute>".`;
      }
      return mediaAttributesAt(this.model, path, this.getModel).length === 0
        ? `"${path}" is not a media attribute of ${this.model.uid}.`
        : null;
    },

    /**
     * Refuses a file that no possible attribute allows. Called before the bytes are stored, when the component of a
     * dynamic zone may not be known yet.
     */
    refuseFile: (field, file): Refusal | null => {
      const path = field.slice(FILES.length);
      const refusals = mediaAttributesAt(this.model, path, this.getModel).map(({ allowedTypes }) =>
        refusalOf(file, { allowedTypes, name: this.nameOf(path) })
      );
      return refusals.includes(null) ? null : (refusals[0] ?? null);
    },
  };

  /**
   * Checks the fields that have come so far.
   *
   * @throws errors.ValidationError for an unknown field
   */
  refuseUnknown(fields: ReceivedForm['fields']): void {
    for (const [name, value] of Object.entries(fields)) {
      if (name.startsWith(FILES) && value !== '') {
        throw new errors.ValidationError(`The field "${name}" contains text instead of a file.`);
      }
      if (name !== DATA && !name.startsWith(FILES) && !name.startsWith(INFO)) {
        throw new errors.ValidationError(
          `This form has no field "${name}". Send the entry as JSON in the field "${DATA}", ` +
            `and its files in "${FILES}<attribute>".`
        );
      }
    }
  }

  /**
   * Returns the entry in the field `data`: JSON text, or an object if a project's code has parsed it.
   *
   * @throws errors.ValidationError for a value that is not a JSON object
   */
  dataIn(fields: Record<string, unknown>): JsonObject {
    return parseData(fields[DATA]);
  }

  /**
   * Assigns the files to the attributes of the entry.
   *
   * @returns the attributes in `data`, with their files
   * @throws errors.ValidationError for files that do not fit an attribute of the entry in `data`
   */
  slotsOf({ data, files, infos }: EntryForm): SlotFiles[] {
    const byField = groupBy(files, ({ field }) => field);
    const unused = Object.keys(infos).find(
      (name) => name.startsWith(INFO) && !byField.has(FILES + name.slice(INFO.length))
    );
    if (unused) {
      throw new errors.ValidationError(
        `The field "${unused}" describes files, but no files were sent in "${FILES}${unused.slice(INFO.length)}".`
      );
    }
    return [...byField].map(([field, some]) => {
      const misplaced = this.shape.refuseField(field);
      if (misplaced) {
        throw new errors.ValidationError(`A file was sent in the field "${field}". ${misplaced}`);
      }
      const path = field.slice(FILES.length);
      const slot = dataSlot(data, path, { model: this.model, getModel: this.getModel });
      const { multiple = false, allowedTypes } = slot.attribute;
      const sent = some.map(({ file }) => file);
      refuseFiles(sent.map(claimsOf), { multiple, allowedTypes, name: this.nameOf(path) });
      return { slot, files: sent, infos: parseFileInfos(infos[INFO + path], some.length) };
    });
  }

  private nameOf(path: string): string {
    return `${this.model.uid}.${path}`;
  }
}

const pathIn = (name: string, prefix: string): string | null =>
  name.startsWith(prefix) ? name.slice(prefix.length) : null;

/** Name and type of a file; the project's code may have changed both. */
const claimsOf = ({ originalFilename, mimetype }: DiskFile) => ({
  name: originalFilename ?? 'unnamed',
  mime: mimetype ?? OCTET_STREAM,
});

/**
 * Creates the reader for forms of a content type's entries.
 *
 * @throws Error if the content type does not exist
 */
export function entryReaderOf(strapi: Core.Strapi, uid: string): EntryFormReader {
  const getModel = (uid: string) => strapi.getModel(uid as 'admin::user') as LinkModel | undefined;
  const model = getModel(uid);
  if (!model) {
    throw new Error(`There is no content type "${uid}".`);
  }
  return new EntryFormReader(model, getModel);
}

function parseData(value: unknown): JsonObject {
  if (value === undefined || isObject(value)) {
    return value ?? {};
  }
  if (typeof value !== 'string') {
    throw new errors.ValidationError('The field "data" was sent more than once.');
  }
  try {
    const data: unknown = JSON.parse(value);
    if (isObject(data)) {
      return data;
    }
  } catch {
    // Ignores this error: the error for the client is thrown below.
  }
  throw new errors.ValidationError('The field "data" is not a JSON object.');
}
