import { statSync } from 'node:fs';
import path from 'node:path';
import type { Charge } from '../../access/allowance';
import type { Attempt } from '../../attempt/attempt';
import type { StartedFile } from '../derive/started-file';

/** A file on the local disk, as body parsers and other plugins pass it (formidable's shape). */
export interface DiskFile {
  filepath: string;
  originalFilename?: string | null | undefined;
  mimetype?: string | null | undefined;
  /** Size in bytes. */
  size: number;
}

/** What the form says about a file, and the file's place in the form. */
export interface Sent {
  originalFilename: string;
  /** Name of the form field. */
  fieldName: string;
  /** Index of the file in the request, from 0. Refused files count too. */
  position: number;
  /** The name from the project's `formidable.filename`; else the name on the disk is used. */
  newFilename?: string | undefined;
}

/**
 * A file that came in over HTTP and is already staged. For a project's code it looks like a file of formidable
 * (2.1, as in Strapi): it has the same own properties. If that code changes a property, the new value counts.
 */
export class ReceivedFile implements DiskFile {
  lastModifiedDate = new Date();
  filepath: string;
  newFilename: string;
  originalFilename: string;
  mimetype: string;
  readonly hashAlgorithm = false;
  size: number;
  readonly hash = null;
  readonly #staged: StartedFile;
  readonly #sent: Sent;
  readonly #holder: Attempt;
  #isTrusted = true;

  /** @param holder the attempt that owns the staged bytes */
  constructor(staged: StartedFile, sent: Sent, holder: Attempt) {
    const { object, mime } = staged;
    this.filepath = object.path;
    this.newFilename = sent.newFilename ?? path.basename(object.path);
    this.originalFilename = sent.originalFilename;
    this.mimetype = mime;
    this.size = object.size;
    [this.#staged, this.#sent, this.#holder] = [staged, sent, holder];
  }

  /** Returns the same JSON as for a file of formidable, which has no `length`. */
  toJSON(): object {
    const { size, filepath, newFilename, mimetype, lastModifiedDate, originalFilename } = this;
    return { size, filepath, newFilename, mimetype, mtime: lastModifiedDate, originalFilename };
  }

  get fieldName(): string {
    return this.#sent.fieldName;
  }

  get position(): number {
    return this.#sent.position;
  }

  get charge(): Charge | undefined {
    return this.#staged.charge;
  }

  /**
   * Hands the staged bytes over: from here on `attempt` owns them.
   *
   * @param file the same file after a project's code had access to it
   * @returns null if that code has changed the file in any way; the caller then stages it again
   */
  moveTo(attempt: Attempt, file: DiskFile): StartedFile | null {
    const { object, mime } = this.#staged;
    const isSame =
      this.#isTrusted &&
      file.filepath === object.path &&
      file.originalFilename === this.#sent.originalFilename &&
      file.mimetype === mime &&
      file.size === object.size;
    if (!isSame || !this.isUntouched()) {
      return null;
    }
    this.#holder.release(object);
    attempt.adopt(object);
    return this.#staged;
  }

  /** Marks the staged bytes as not usable, so that the file is staged again even if it is unchanged. */
  stageAnew(): void {
    this.#isTrusted = false;
  }

  /**
   * Whether the bytes on the disk are unchanged. The check is synchronous, like the code that stores the state: it
   * takes some microseconds for a file of this process.
   */
  private isUntouched(): boolean {
    const { path, state } = this.#staged.object;
    const now = statSync(path, { bigint: true, throwIfNoEntry: false });
    return now !== undefined && FACTS.every((fact) => now[fact] === state?.[fact]);
  }
}

const FACTS = ['size', 'ino', 'mtimeNs', 'ctimeNs'] as const;

/** The daily-limit charges of files that were staged again. */
const charges = new WeakMap<DiskFile, Charge | undefined>();

/** Records the charge of a file that was staged again. */
export function noteCharge(file: DiskFile, { charge }: StartedFile): void {
  charges.set(file, charge);
}

/** The charge for a file against the daily limit of its sender. */
export const chargeOf = (file: DiskFile): Charge | undefined =>
  charges.has(file) ? charges.get(file) : receivedFileOf(file)?.charge;

/** Received files by their paths, so that a copy such as `{ ...file }` is recognised as the same file. */
const known = new Map<string, ReceivedFile>();

/**
 * Makes copies of these files recognisable.
 *
 * @returns a function that ends this; called at the end of the request
 */
export function remember(files: readonly ReceivedFile[]): () => void {
  const paths = files.map(({ filepath }) => filepath);
  files.forEach((file) => known.set(file.filepath, file));
  return () => paths.forEach((path) => known.delete(path));
}

/** The received file for this object or its original; undefined for files that this plugin has not received. */
export const receivedFileOf = (file: DiskFile): ReceivedFile | undefined =>
  file instanceof ReceivedFile ? file : known.get(file.filepath);

/** Names of a file's properties in Strapi 4 (formidable 1), each with its name since Strapi 5. */
const RENAMED = { path: 'filepath', name: 'originalFilename', type: 'mimetype' };

/** @throws Error for a file in the shape that code for Strapi 4 uses */
export function refuseOldShape(file: DiskFile): void {
  if (typeof file.filepath !== 'string') {
    const old = Object.entries(RENAMED).filter(([name]) => name in file);
    const names = (old.length > 0 ? old : Object.entries(RENAMED)).map(
      ([before, now]) => `"${now}" (Strapi 4: "${before}")`
    );
    throw new Error(
      `A file that is passed to the service "upload" of the plugin "upload" must have ${names.join(', ')}.`
    );
  }
}
