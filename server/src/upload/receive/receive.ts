import type { IncomingMessage } from 'node:http';
import { EncodedBody } from '../../errors';
import { atMost } from '../../util/at-most';
import { answerEarly, outlastRequestTimeout } from '../../util/client-errors';
import { errors } from '../../util/strapi-utils';
import { humanSize } from '../../util/units';
import { watched } from '../../util/watched';
import { boundaryOf } from './multipart/boundary';
import { atMinimumRate, type MinimumRate } from './minimum-rate';
import { parseMultipart, type MultipartPart } from './multipart/parse';
import type { PartHeaders } from './multipart/part-headers';
import { inRounds } from './rounds';

/** One part of a multipart body that holds a file. */
export interface FilePart {
  fieldName: string;
  /** As sent; empty where nothing was chosen in a form's input. */
  fileName: string;
  contentType: string | undefined;
  /** The bytes, once, in order; reading it slowly slows the client down. */
  body: AsyncIterable<Buffer>;
}

/** Takes the parts of a body in the order of their arrival, one after the other. */
export interface PartSink {
  /** Whether a part is a file; usually one with a file name is. */
  isFile(part: PartHeaders): boolean;
  field(name: string, value: string): void;
  /** What it leaves of `body` is skipped. */
  file(part: FilePart): Promise<void>;
}

/** What one request may hold. Sizes in bytes. */
export interface ReceiveLimits {
  fields: number;
  fieldsSize: number;
  files: number;
  /** Bytes of all files together. */
  filesSize: number;
  /** Bytes of one part's headers. */
  headerSize: number;
  /** How slow the client may be. */
  minimumRate: MinimumRate | false;
}

/**
 * Reads a multipart/form-data body (RFC 7578) as it comes in and hands its parts on: nothing is
 * buffered but one field's value, and a slow sink makes the client wait. Where a minimum rate bounds how long it takes,
 * the server's own timeout of requests does not.
 *
 * After a failure the rest of the body is unread: see {@link drain}. So it is where the form is whole and its client goes on
 * or promises to: the connection must be closed after the answer.
 *
 * @throws errors.ValidationError for a body that is no multipart, is malformed or ends early
 * @throws errors.PayloadTooLargeError past one of the limits
 * @throws TooSlow
 * @throws whatever the sink throws
 */
export async function receive(
  req: IncomingMessage,
  limits: ReceiveLimits,
  sink: PartSink
): Promise<void> {
  const boundary = boundaryOf(req.headers['content-type']);
  refuseEncodedBody(req.headers['content-encoding']);
  const { headerSize, minimumRate } = limits;
  const budget = new Budget(limits);
  const chunks = inRounds(atMinimumRate(chunksOf(req), minimumRate));
  const outside = { headerSize, countOutside: budget.countOutside };
  const release = minimumRate ? outlastRequestTimeout(req) : () => {};
  let isLeft = false;
  try {
    for await (const part of parseMultipart(chunks, boundary, outside)) {
      const { name, fileName = '', contentType, body } = part;
      if (!sink.isFile(part)) {
        sink.field(name, await readField(part, budget));
      } else {
        budget.countFile();
        const counted = budget.countingFileBytes(body);
        await sink.file({ fieldName: name, fileName, contentType, body: counted });
      }
    }
    isLeft = !(await atMost(END_PATIENCE, readToEnd(chunks)));
    if (isLeft) {
      answerEarly(req);
    }
  } finally {
    release();
    if (!isLeft) {
      await chunks.return?.();
    }
  }
}

/**
 * How long the end of a request is waited for whose form is whole, in ms. A client that goes away in this time has sent less
 * than it said, and is told so; one that stays, since it counted wrong, is answered.
 */
const END_PATIENCE = 2000;

/** Reads what is behind the closing boundary. */
async function readToEnd(chunks: AsyncIterator<Buffer>): Promise<void> {
  while (!(await chunks.next()).done);
}

/** Counts what a request has sent against its limits. */
class Budget {
  private fields = 0;
  private fieldsSize = 0;
  private files = 0;
  private filesSize = 0;

  constructor(private readonly limits: ReceiveLimits) {}

  countFile(): void {
    this.files += 1;
    if (this.files > this.limits.files) {
      throw new errors.PayloadTooLargeError(`More than ${this.limits.files} files.`);
    }
  }

  countingFileBytes(body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    return watched(body, ({ length }) => {
      this.filesSize += length;
      if (this.filesSize > this.limits.filesSize) {
        const limit = humanSize(this.limits.filesSize);
        throw new errors.PayloadTooLargeError(`The files are larger than ${limit} in all.`);
      }
    });
  }

  /** Bytes that belong to no content count as those of fields do. */
  readonly countOutside = (length: number): void => {
    this.fieldsSize += length;
    if (this.fieldsSize > this.limits.fieldsSize) {
      const limit = humanSize(this.limits.fieldsSize);
      throw new errors.PayloadTooLargeError(
        `The form fields and the bytes outside of all parts are larger than ${limit} in all.`
      );
    }
  };

  countField(): void {
    this.fields += 1;
    if (this.fields > this.limits.fields) {
      throw new errors.PayloadTooLargeError(`More than ${this.limits.fields} form fields.`);
    }
  }

  countFieldBytes(length: number): void {
    this.fieldsSize += length;
    if (this.fieldsSize > this.limits.fieldsSize) {
      const limit = humanSize(this.limits.fieldsSize);
      throw new errors.PayloadTooLargeError(`The form fields are larger than ${limit} in all.`);
    }
  }
}

async function readField({ body }: MultipartPart, budget: Budget): Promise<string> {
  budget.countField();
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    budget.countFieldBytes(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The chunks of a request; ending the loop early leaves the request alive. */
function chunksOf(req: IncomingMessage): AsyncIterableIterator<Buffer> {
  const chunks: AsyncIterableIterator<Buffer> = req.iterator({ destroyOnReturn: false });
  const brokenOff = () => {
    throw new errors.ValidationError('The client closed the connection before the body ended.');
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => chunks.next().catch(brokenOff),
    return: () => chunks.return!(),
  };
}

/** Decompressing strangers' bodies invites bombs; RFC 9110 section 15.5.16 asks for 415 then. */
function refuseEncodedBody(encoding: string | undefined): void {
  if (encoding && encoding.toLowerCase() !== 'identity') {
    throw new EncodedBody(encoding);
  }
}
