import { statSync } from 'node:fs';
import path from 'node:path';
import type { Charge } from '../../access/allowance';
import type { Attempt } from '../../attempt/attempt';
import type { StartedFile } from '../derive/started-file';

/** A file on the local disk, as body parsers and other plugins hand it over (formidable's shape). */
export interface DiskFile {
  filepath: string;
  originalFilename?: string | null | undefined;
  mimetype?: string | null | undefined;
  /** Bytes. */
  size: number;
}

/** What a form said of a file, and where it came. */
export interface Sent {
  originalFilename: string;
  /** Of the form. */
  fieldName: string;
  /** Which of the request's files it is, from 0 on; refused ones are counted too. */
  position: number;
  /** What the project's `formidable.filename` has called it; else its name on the disk. */
  newFilename?: string | undefined;
}

/**
 * A file that came in over HTTP and is staged already. To a project's code it is a file as formidable describes it
 * (2.1, as Strapi has it): its own properties are the same ones, and what they are set to counts.
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

  /** @param holder the attempt that answers for the staged bytes */
  constructor(staged: StartedFile, sent: Sent, holder: Attempt) {
    const { object, mime } = staged;
    this.filepath = object.path;
    this.newFilename = sent.newFilename ?? path.basename(object.path);
    this.originalFilename = sent.originalFilename;
    this.mimetype = mime;
    this.size = object.size;
    [this.#staged, this.#sent, this.#holder] = [staged, sent, holder];
  }

  /** As formidable's files are written as JSON; it knows no length. */
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
   * Hands the staged bytes over: from here on `attempt` answers for them.
   *
   * @param file the same file as a project's code has left it
   * @returns null where that code has changed the file in any way: then it is to be staged anew
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

  /** What was staged does not count, though nobody has changed it. */
  stageAnew(): void {
    this.#isTrusted = false;
  }

  /** At once, as where the state was noted: some microseconds for a file of this process. */
  private isUntouched(): boolean {
    const { path, state } = this.#staged.object;
    const now = statSync(path, { bigint: true, throwIfNoEntry: false });
    return now !== undefined && FACTS.every((fact) => now[fact] === state?.[fact]);
  }
}

const FACTS = ['size', 'ino', 'mtimeNs', 'ctimeNs'] as const;

/** Of files that were staged anew: what their sender was charged for them. */
const charges = new WeakMap<DiskFile, Charge | undefined>();

/** Notes what a file is charged with that was staged anew. */
export function noteCharge(file: DiskFile, { charge }: StartedFile): void {
  charges.set(file, charge);
}

/** What the sender of a file is charged for it. */
export const chargeOf = (file: DiskFile): Charge | undefined =>
  charges.has(file) ? charges.get(file) : receivedFileOf(file)?.charge;

/** By the paths of their bytes: a copy such as `{ ...file }` is the same file. */
const known = new Map<string, ReceivedFile>();

/**
 * From here on, copies of these files are known too.
 *
 * @returns ends that, when their request is over
 */
export function remember(files: readonly ReceivedFile[]): () => void {
  const paths = files.map(({ filepath }) => filepath);
  files.forEach((file) => known.set(file.filepath, file));
  return () => paths.forEach((path) => known.delete(path));
}

/** The received file that this is, or is a copy of; undefined for what others have written. */
export const receivedFileOf = (file: DiskFile): ReceivedFile | undefined =>
  file instanceof ReceivedFile ? file : known.get(file.filepath);

/** Names of these properties before Strapi 5 (formidable 1), and since. */
const RENAMED = { path: 'filepath', name: 'originalFilename', type: 'mimetype' };

/** @throws Error for a file as code written for Strapi 4 describes it */
export function refuseOldShape(file: DiskFile): void {
  if (typeof file.filepath !== 'string') {
    const old = Object.entries(RENAMED).filter(([name]) => name in file);
    const names = (old.length > 0 ? old : Object.entries(RENAMED)).map(
      ([before, now]) => `"${now}" (Strapi 4: "${before}")`
    );
    throw new Error(
      `A file for the service "upload" of the plugin upload needs ${names.join(', ')}.`
    );
  }
}
