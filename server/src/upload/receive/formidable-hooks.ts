import path from 'node:path';
import type { FilePart } from './receive';
import { errors } from '../../util/strapi-utils';

/** A file part as formidable 2.1 passes it to `filter` and `filename`. */
export interface FormidablePart {
  name: string;
  originalFilename: string;
  mimetype: string;
}

/** A file as formidable passes it to `onFileBegin`. If the hook changes the name or the type, the new value counts. */
export interface BegunFile {
  filepath: string;
  newFilename: string;
  originalFilename: string;
  mimetype: string;
  lastModifiedDate: null;
  hashAlgorithm: false;
  hash: null;
  size: number;
}

/** Functions that a project may set in the `formidable` options of `strapi::body`. */
export interface FormidableHooks {
  filter?: (this: FormidableForm, part: FormidablePart) => unknown;
  // eslint-disable-next-line max-params -- formidable calls it
  filename?: (
    this: FormidableForm,
    name: string,
    ext: string,
    part: FormidablePart,
    form: FormidableForm
  ) => string;
  onFileBegin?: (field: string, file: BegunFile) => void;
  keepExtensions?: boolean;
}

/** The part of formidable's form that hooks use: they call `emit` to refuse the form. */
export interface FormidableForm {
  emit(event: string, error: unknown): boolean;
}

/** The result of the hooks for a file that they accept. */
export interface Accepted {
  fileName: string;
  contentType: string | undefined;
  newFilename: string | undefined;
}

const DEFAULT_TYPE = 'application/octet-stream';

/** The name that formidable gives to a file without a name. */
const NO_NAME = 'invalid-name';

/**
 * Calls a project's hooks for a file before any byte of it is stored. A path set by `onFileBegin` is ignored: the
 * bytes are staged only once, where this plugin needs them.
 *
 * @returns null if `filter` leaves the file out
 * @throws what a hook throws, or passes to `this.emit('error', …)`
 */
export function askHooks(hooks: FormidableHooks, sent: FilePart): Accepted | null {
  const { fieldName, fileName, contentType } = sent;
  const part = {
    name: fieldName,
    originalFilename: fileName,
    mimetype: contentType ?? DEFAULT_TYPE,
  };
  const form = new Form();
  const isTaken = hooks.filter ? Boolean(hooks.filter.call(form, part)) : true;
  form.throwError();
  if (!isTaken) {
    return null;
  }
  const { name, ext } = path.parse(fileName);
  const extension = hooks.keepExtensions === true ? ext : '';
  const newFilename = hooks.filename?.call(form, name || NO_NAME, extension, part, form);
  const begun: BegunFile = {
    filepath: '',
    newFilename: newFilename ?? '',
    originalFilename: fileName,
    mimetype: part.mimetype,
    lastModifiedDate: null,
    hashAlgorithm: false,
    hash: null,
    size: 0,
  };
  hooks.onFileBegin?.(fieldName, begun);
  form.throwError();
  return {
    fileName: begun.originalFilename,
    contentType: begun.mimetype === part.mimetype ? contentType : begun.mimetype,
    newFilename,
  };
}

/** Remembers the first error that a hook emits. */
class Form implements FormidableForm {
  private failure: { error: unknown } | null = null;

  emit(event: string, error: unknown): boolean {
    if (event === 'error') {
      this.failure ??= { error };
    }
    return true;
  }

  throwError(): void {
    if (this.failure) {
      const { error } = this.failure;
      throw error instanceof Error ? error : new errors.ValidationError(String(error));
    }
  }
}
