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

/** Which parts of a form hold files, and which files. */
export interface FormShape {
  /** Whether brackets in names of fields make objects and lists, as with koa-body. */
  isNested?: boolean;
  isFile(part: PartHeaders): boolean;
  /** Why no file may come in a field, and what to do; null where one may. */
  refuseField(name: string): string | null;
  /** Why a file of this name and type may not come in its field; null where it may. */
  refuseFile?(field: string, file: { name: string; mime: string }): Refusal | null;
}

/** Name of the form field that holds the files. */
const FILES_FIELD = 'files';

/** What is said about them; some clients send its JSON as a file. */
const INFO_FIELD = 'fileInfo';

/** A form of uploads. */
const UPLOADS: FormShape = {
  isNested: true,
  isFile: ({ name, fileName, contentType }) =>
    name === FILES_FIELD
      ? fileName !== undefined || contentType !== undefined
      : fileName !== undefined && name !== INFO_FIELD,
  refuseField: (name) => (name === FILES_FIELD ? null : `send files as "${FILES_FIELD}".`),
};

/** A multipart request, read to its end: fields in memory, files staged. */
export interface ReceivedForm {
  /** A value for a field sent once, a list for one sent several times. */
  fields: FormFields;
  files: ReceivedFile[];
}

export interface ReceiveOptions {
  limits: ReceiveLimits;
  rules: InspectionRules;
  /** What the caller may bring today, asked for once before the first file; undefined where no limit applies. */
  allowance?(): Promise<Allowance | undefined>;
  batch: Batch;
  /** Without one it is a form of uploads. */
  shape?: FormShape;
  /** What the project's `formidable` options say of each file. */
  hooks?: FormidableHooks | undefined;
  /** Least bytes of one file. */
  leastSize?: number | undefined;
  /** Begins work on each staged file while the next one comes in. */
  starter?(attempt: Attempt): Starter;
  /**
   * Called once before the first file, with the fields that came before it: it may refuse the
   * request before a byte is stored, or say more of what may come in.
   */
  beforeFiles?(fields: ReceivedForm['fields']): Promise<Partial<InspectionRules>>;
}

/**
 * Reads a form and stages its files while they come in.
 *
 * One refused file refuses the request: then no further one is stored, but the rest are looked at,
 * so that the answer can name each refused file. In a `partial` batch refused files are left out, as
 * long as one is left; the rest of a refused file is thrown away, but for one of more than twice as many bytes as
 * a file may have.
 *
 * @throws errors.ValidationError, errors.PayloadTooLargeError; what is staged then is
 *   `attempt`'s to take back
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
  // They ask the database for settings: not in a transaction that may be begun for the files.
  await Promise.allSettled(heads);
  return { fields: fields(), files };
}

/** What hooks say of a file where there are none. */
const UNCHANGED: Partial<Accepted> = {};

type NamedPart = FilePart & Partial<Accepted>;

/** @throws RefusedFile for a file of fewer bytes than `formidable.minFileSize` */
function refuseTooSmall(file: string, size: number, least: number): void {
  if (size < least) {
    const message = `"${file}" has ${size} bytes; at least ${least} are needed here.`;
    throw new RefusedFile({ file, code: 'TOO_SMALL', message });
  }
}

/** The bytes of a file; who leaves its loop early leaves the rest to be read. */
class CountedBody implements AsyncIterable<Buffer> {
  private readonly chunks: AsyncIterator<Buffer>;
  /** Bytes that were read. */
  size = 0;

  constructor(body: AsyncIterable<Buffer>) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return { next: () => this.next() };
  }

  /**
   * Throws the rest away.
   *
   * @param most bytes that the file may have in all
   * @returns false where it has more; they are unread then
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

/** @throws RefusedFile for a file in a field that takes none */
function refuseMisplaced({ fieldName, fileName }: FilePart, shape: FormShape): void {
  const advice = shape.refuseField(fieldName);
  if (advice) {
    throw new RefusedFile({
      file: fileName,
      code: 'UNEXPECTED_FIELD',
      message: `"${fileName}" came in the field "${fieldName}"; ${advice}`,
    });
  }
}

const rulesFor = (
  { fieldName }: FilePart,
  rules: InspectionRules,
  { refuseFile }: FormShape
): InspectionRules =>
  refuseFile ? { ...rules, refuse: (file) => refuseFile(fieldName, file) } : rules;

/** A form's input in which nothing was chosen: browsers send it empty and without a name. */
const isUnfilledInput = ({ fileName }: FilePart, { refusal }: RefusedFile) =>
  fileName === '' && refusal.code === 'EMPTY';
