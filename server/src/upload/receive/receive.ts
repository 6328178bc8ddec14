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
  /** File name as the client sent it; empty if the file input of a form was left empty. */
  fileName: string;
  contentType: string | undefined;
  /** The bytes, in order; can be read once. A slow reader slows the client down. */
  body: AsyncIterable<Buffer>;
}

/** Receives the parts of a body one after the other, in the order of their arrival. */
export interface PartSink {
  /** Whether a part is a file. Usually a part with a file name is a file. */
  isFile(part: PartHeaders): boolean;
  field(name: string, value: string): void;
  /** Handles a file. The rest of `body` that this function leaves unread is skipped. */
  file(part: FilePart): Promise<void>;
}

/** Limits of one request. Sizes in bytes. */
export interface ReceiveLimits {
  fields: number;
  fieldsSize: number;
  files: number;
  /** Maximum number of bytes of all files together. */
  filesSize: number;
  /** Maximum number of bytes of one part's headers. */
  headerSize: number;
  /** The lowest rate at which the client may send. */
  minimumRate: MinimumRate | false;
}

/**
 * Reads a multipart/form-data body (RFC 7578) while it comes in and passes its parts to the sink. Only the value of
 * one field is buffered at a time. A slow sink makes the client wait. If a minimum rate is set, it replaces the
 * server's own timeout of requests.
 *
 * After a failure the rest of the body is unread: see {@link drain}. The rest is also unread if the form is
 * complete but the client goes on sending, or has announced more bytes: the connection must then be closed after
 * the answer.
 *
 * @throws errors.ValidationError for a body that is not multipart, is malformed or ends early
 * @throws errors.PayloadTooLargeError if a limit is exceeded
 * @throws TooSlow
 * @throws any error of the sink
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
 * How long the end of a request is awaited after its form is complete, in ms. A client that disconnects in this
 * time has sent fewer bytes than it announced, and the request fails. A client that stays connected, because it
 * announced a wrong length, gets its answer.
 */
const END_PATIENCE = 2000;

/** Reads the bytes after the closing boundary. */
async function readToEnd(chunks: AsyncIterator<Buffer>): Promise<void> {
  while (!(await chunks.next()).done);
}

/** Counts the fields, files and bytes of a request against its limits. */
class Budget {
  private fields = 0;
  private fieldsSize = 0;
  private files = 0;
  private filesSize = 0;

  constructor(private readonly limits: ReceiveLimits) {}

  countFile(): void {
    this.files += 1;
    if (this.files > this.limits.files) {
      throw new errors.PayloadTooLargeError(
        `The request has more than ${this.limits.files} files.`
      );
    }
  }

  countingFileBytes(body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    return watched(body, ({ length }) => {
      this.filesSize += length;
      if (this.filesSize > this.limits.filesSize) {
        const limit = humanSize(this.limits.filesSize);
        throw new errors.PayloadTooLargeError(
          `The files of the request are larger than ${limit} in total.`
        );
      }
    });
  }

  /** Counts bytes outside of contents. They count like bytes of fields. */
  readonly countOutside = (length: number): void => {
    this.fieldsSize += length;
    if (this.fieldsSize > this.limits.fieldsSize) {
      const limit = humanSize(this.limits.fieldsSize);
      throw new errors.PayloadTooLargeError(
        `The form fields of the request and the bytes outside of its parts are larger than ${limit} in total.`
      );
    }
  };

  countField(): void {
    this.fields += 1;
    if (this.fields > this.limits.fields) {
      throw new errors.PayloadTooLargeError(
        `The request has more than ${this.limits.fields} form fields.`
      );
    }
  }

  countFieldBytes(length: number): void {
    this.fieldsSize += length;
    if (this.fieldsSize > this.limits.fieldsSize) {
      const limit = humanSize(this.limits.fieldsSize);
      throw new errors.PayloadTooLargeError(
        `The form fields of the request are larger than ${limit} in total.`
      );
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

/** The chunks of a request. The request stays open when the loop is left early. */
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

/**
 * Refuses a compressed body: decompressing untrusted bodies allows zip bombs. RFC 9110 section 15.5.16 asks for
 * 415.
 */
function refuseEncodedBody(encoding: string | undefined): void {
  if (encoding && encoding.toLowerCase() !== 'identity') {
    throw new EncodedBody(encoding);
  }
}
