import type { IncomingMessage } from 'node:http';
import { RefusedFile, refusalError, type Refusal } from '../../errors';
import type { Allowance } from '../../access/allowance';
import type { Attempt } from '../../attempt/attempt';
import { nestedFields, plainFields, type FormFields } from './form-fields';
import { askHooks, type Accepted, type FormidableHooks } from './formidable-hooks';
import type { Starter } from '../derive/head-start';
import { inspect, type InspectionRules } from '../inspect/inspect';
import type { PartHeaders } from './multipart/part-headers';
import { receive, type FilePart, type ReceiveLimits } from './receive';
import { ReceivedFile } from './received-file';
import type { Batch } from '../refusals';
import { stageFile } from '../stage/stage';
import type { StagedFile } from '../stage/staged-file';

/** Which parts of a form are files, and which files are allowed. */
export interface FormShape {
  /** Whether brackets in field names make objects and lists, as with koa-body. */
  isNested?: boolean;
  isFile(part: PartHeaders): boolean;
  /** Returns the advice for a client that sent a file in this field; null if the field may hold files. */
  refuseField(name: string): string | null;
  /** Returns the refusal of a file of this name and type in this field; null if the field may hold the file. */
  refuseFile?(field: string, file: { name: string; mime: string }): Refusal | null;
}

/** Name of the form field that holds the files. */
const FILES_FIELD = 'files';

/** Name of the field that describes the files. Some clients send its JSON as a file. */
const INFO_FIELD = 'fileInfo';

/** The form of an upload request. */
const UPLOADS: FormShape = {
  isNested: true,
  isFile: ({ name, fileName, contentType }) =>
    name === FILES_FIELD
      ? fileName !== undefined || contentType !== undefined
      : fileName !== undefined && name !== INFO_FIELD,
  refuseField: (name) =>
    name === FILES_FIELD ? null : `Send files in the field "${FILES_FIELD}".`,
};

/** A multipart request after reading: the fields are in memory, the files are staged. */
export interface ReceivedForm {
  /**
   * The fields by name. A field that was sent once has a single value; a field that was sent several times has a list.
   */
  fields: FormFields;
  files: ReceivedFile[];
}

export interface ReceiveOptions {
  limits: ReceiveLimits;
  rules: InspectionRules;
  /** Returns the daily limit of the sender. Called once, before the first file. Undefined if no limit applies. */
  allowance?(): Promise<Allowance | undefined>;
  batch: Batch;
  /** Shape of the form; by default the shape of an upload request. */
  shape?: FormShape;
  /** The hooks of the project's `formidable` options. */
  hooks?: FormidableHooks | undefined;
  /** Minimum size of a file, in bytes. */
  leastSize?: number | undefined;
  /** Begins to process each staged file while the next file comes in. */
  starter?(attempt: Attempt): Starter;
  /**
   * Called once before the first file, with the fields that came before it. May refuse the request before any byte
   * is stored, or return more rules.
   */
  beforeFiles?(fields: ReceivedForm['fields']): Promise<Partial<InspectionRules>>;
}

/**
 * Reads a form and stages its files while they come in.
 *
 * In a batch `all`, one refused file refuses the request. After it no further file is stored, but the other files are
 * inspected, so that the answer can name each refused file. In a `partial` batch, refused files are left out as long as
 * one file is left. The rest of a refused file is discarded. A refused file of more than twice the size limit ends the
 * request.
 *
 * @throws errors.ValidationError, errors.PayloadTooLargeError; the caller then rolls back `attempt`, which owns the
 *   staged files
 */
export async function receiveFiles(
  req: IncomingMessage,
  options: ReceiveOptions,
  attempt: Attempt
): Promise<ReceivedForm> {
  const { limits, rules: common, batch, shape = UPLOADS, starter, beforeFiles } = options;
  const { hooks, leastSize = 0, allowance } = options;
  const values = new Map<string, string[]>();
  const files: ReceivedFile[] = [];
  const refusals: Refusal[] = [];
  const start = starter?.(attempt);
  const heads: Array<Promise<unknown> | undefined> = [];

  const fields = () => (shape.isNested ? nestedFields(values) : plainFields(values));
  let rules: InspectionRules | undefined;

  const receivedFile = (staged: StagedFile, { fileName, fieldName, newFilename }: NamedPart) => {
    const position = files.length + refusals.length;
    const headStart = start?.(staged);
    heads.push(headStart);
    const said = { originalFilename: fileName, fieldName, position, newFilename };
    return new ReceivedFile({ ...staged, headStart }, said, attempt);
  };

  const file = async (sent: FilePart) => {
    rules ??= {
      ...common,
      ...(await beforeFiles?.(fields())),
      allowance: await allowance?.(),
    };
    const accepted = hooks ? askHooks(hooks, sent) : UNCHANGED;
    if (!accepted) {
      return;
    }
    const body = new CountedBody(sent.body);
    const part = { ...sent, ...accepted, body };
    try {
      refuseMisplaced(part, shape);
      if (refusals.length > 0 && batch === 'all') {
        await inspect(part.body, part, rulesFor(part, rules, shape));
        return;
      }
      const staged = await stageFile(part, rulesFor(part, rules, shape), attempt);
      refuseTooSmall(part.fileName, body.size, leastSize);
      files.push(receivedFile(staged, part));
    } catch (error) {
      if (!(error instanceof RefusedFile)) {
        throw error;
      }
      if (isUnfilledInput(part, error)) {
        return;
      }
      refusals.push(error.refusal);
      if (batch === 'partial') {
        if (!(await body.skip(2 * rules.sizeLimit))) {
          throw refusalError(refusals);
        }
        return;
      }
      attempt.sideWork.breakOff();
      if (error.refusal.code === 'TOO_LARGE') {
        throw refusalError(refusals);
      }
    }
  };

  await receive(req, limits, {
    isFile: (headers) => shape.isFile(headers),
    field: (name, value) => void values.set(name, [...(values.get(name) ?? []), value]),
    file,
  });
  if (refusals.length > 0 && (batch === 'all' || files.length === 0)) {
    throw refusalError(refusals);
  }
  // Waits for the head starts: they read settings from the database, and must not do so inside a transaction that the
  // caller may begin.
  await Promise.allSettled(heads);
  return { fields: fields(), files };
}

/** Result of the hooks if the project has none. */
const UNCHANGED: Partial<Accepted> = {};

type NamedPart = FilePart & Partial<Accepted>;

/**
 * Refuses a file that is too small.
 *
 * @throws RefusedFile for a file smaller than `formidable.minFileSize`
 */
function refuseTooSmall(file: string, size: number, least: number): void {
  if (size < least) {
    const message = `The file "${file}" has ${size} bytes. At least ${least} bytes are required.`;
    throw new RefusedFile({ file, code: 'TOO_SMALL', message });
  }
}

/** The bytes of a file, counted. A consumer that leaves the loop early can read the rest later. */
class CountedBody implements AsyncIterable<Buffer> {
  private readonly chunks: AsyncIterator<Buffer>;
  /** Number of bytes that were read so far. */
  size = 0;

  constructor(body: AsyncIterable<Buffer>) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return { next: () => this.next() };
  }

  /**
   * Discards the rest of the file.
   *
   * @param most maximum number of bytes that the file may have in total
   * @returns false if the file has more bytes; the bytes after that are unread
   */
  async skip(most: number): Promise<boolean> {
    while (this.size <= most) {
      if ((await this.next()).done) {
        return true;
      }
    }
    return false;
  }

  private async next(): Promise<IteratorResult<Buffer>> {
    const next = await this.chunks.next();
    this.size += next.done ? 0 : next.value.length;
    return next;
  }
}

/**
 * Refuses a file that is in the wrong field.
 *
 * @throws RefusedFile for a file in a field that must not hold files
 */
function refuseMisplaced({ fieldName, fileName }: FilePart, shape: FormShape): void {
  const advice = shape.refuseField(fieldName);
  if (advice) {
    throw new RefusedFile({
      file: fileName,
      code: 'UNEXPECTED_FIELD',
      message: `The file "${fileName}" was sent in the field "${fieldName}". ${advice}`,
    });
  }
}

const rulesFor = (
  { fieldName }: FilePart,
  rules: InspectionRules,
  { refuseFile }: FormShape
): InspectionRules =>
  refuseFile ? { ...rules, refuse: (file) => refuseFile(fieldName, file) } : rules;

/** Whether the file input of a form was left empty: browsers then send an empty file without a name. */
const isUnfilledInput = ({ fileName }: FilePart, { refusal }: RefusedFile) =>
  fileName === '' && refusal.code === 'EMPTY';
