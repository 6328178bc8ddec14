import { errors } from '../../../util/strapi-utils';
import { ChunkReader } from './chunk-reader';
import { parsePartHeaders, type PartHeaders } from './part-headers';

/** Limits for the bytes of a body that do not belong to the content of a part. */
export interface MultipartLimits {
  /** Maximum size of one part's headers, in bytes. */
  headerSize: number;
  /**
   * Counts bytes that do not belong to a content: before the first boundary, and white space in base64.
   *
   * @throws when there are too many of them
   */
  countOutside(bytes: number): void;
}

/**
 * Number of base64 characters for each line break byte that is not counted. Base64 has lines of 64 to 76 characters
 * and line breaks of two bytes (RFC 2045 section 6.8), so twice as many line breaks are allowed.
 */
const LETTERS_PER_BREAK = 16;

/** One part: its headers, and its bytes while they come in. */
export interface MultipartPart extends PartHeaders {
  body: AsyncIterable<Buffer>;
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const DASHES = Buffer.from('--');

/** Maximum white space after a boundary, in bytes (RFC 2046 allows white space there). */
const MAX_PADDING = 256;

/**
 * Splits a multipart body into parts while it comes in (RFC 2046 section 5.1, RFC 7578). Holds one chunk at a time.
 * When the consumer asks for the next part, the unread rest of the part before is skipped. Stops at the closing
 * boundary. RFC 2046 allows bytes after it, which the caller has to read.
 *
 * @param limits for the bytes that are not contents of parts
 * @throws errors.ValidationError for a malformed body, and for one that ends before its closing boundary: a part
 *   that is cut off never looks complete
 */
export async function* parseMultipart(
  source: AsyncIterator<Buffer>,
  boundary: string,
  limits: MultipartLimits
): AsyncGenerator<MultipartPart> {
  const reader = new ChunkReader(source);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter may be at the very start of the body, without a line break before it. So a line break is added.
  reader.ahead = CRLF;
  for await (const { length } of new PartBody(reader, delimiter)) {
    limits.countOutside(length);
  }
  while (await anotherPart(reader)) {
    const headers = await readHeaders(reader, limits.headerSize);
    const body = new PartBody(reader, delimiter);
    yield { ...headers, body: decoded(body, headers.encoding, limits) };
    await body.skip();
  }
}

/** Reads the bytes after a delimiter: `--` ends the body, a line break begins a part. Returns false at the end. */
async function anotherPart(reader: ChunkReader): Promise<boolean> {
  for (;;) {
    const blanks = /^[ \t]*/.exec(reader.ahead.toString('latin1', 0, MAX_PADDING + 1))![0].length;
    if (reader.ahead.length >= blanks + 2) {
      const mark = reader.take(blanks + 2).subarray(blanks);
      if (blanks === 0 && mark.equals(DASHES)) {
        return false;
      }
      if (!mark.equals(CRLF)) {
        throw malformed('a boundary is not followed by a line break (CR LF)');
      }
      return true;
    }
    if (blanks > MAX_PADDING || !(await reader.more())) {
      throw endsEarly();
    }
  }
}

async function readHeaders(reader: ChunkReader, limit: number): Promise<PartHeaders> {
  let searched = 0;
  for (;;) {
    const end = reader.ahead.indexOf(END_OF_HEADERS, searched);
    if (end > limit || (end === -1 && reader.ahead.length > limit + END_OF_HEADERS.length)) {
      throw new errors.PayloadTooLargeError(
        `The headers of a part of the multipart body are larger than ${limit} bytes.`
      );
    }
    if (end !== -1) {
      const block = reader.take(end + END_OF_HEADERS.length).subarray(0, end);
      return parsePartHeaders(block);
    }
    searched = Math.max(0, reader.ahead.length - END_OF_HEADERS.length + 1);
    if (!(await reader.more())) {
      throw endsEarly();
    }
  }
}

/** The bytes up to the next delimiter. A loop that is left early does not end this iterator: see `skip`. */
class PartBody implements AsyncIterableIterator<Buffer> {
  private ended = false;

  constructor(
    private readonly reader: ChunkReader,
    private readonly delimiter: Buffer
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Buffer>> {
    const { reader, delimiter } = this;
    while (!this.ended) {
      const found = reader.ahead.indexOf(delimiter);
      this.ended = found !== -1;
      const bytes = reader.take(this.ended ? found : safeLength(reader.ahead, delimiter.length));
      if (this.ended) {
        reader.take(delimiter.length);
      }
      if (bytes.length > 0) {
        return { done: false, value: bytes };
      }
      if (!this.ended && !(await reader.more())) {
        throw endsEarly();
      }
    }
    return { done: true, value: undefined };
  }

  async skip(): Promise<void> {
    while (!(await this.next()).done);
  }
}

/** Number of bytes at the beginning that cannot be part of a delimiter that continues in the next chunk. */
function safeLength(bytes: Buffer, delimiterLength: number): number {
  const tail = Math.max(0, bytes.length - delimiterLength + 1);
  const start = bytes.indexOf(CRLF[0]!, tail);
  return start === -1 ? bytes.length : start;
}

/**
 * Decodes the transfer encoding of a part. RFC 7578 deprecates this encoding, but some clients that build parts like
 * e-mails send it.
 */
function decoded(
  body: AsyncIterable<Buffer>,
  encoding = 'binary',
  limits: MultipartLimits
): AsyncIterable<Buffer> {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return body;
    case 'base64':
      return fromBase64(body, limits);
    default:
      throw new errors.ValidationError(
        `A part of the multipart body has the Content-Transfer-Encoding "${encoding.slice(0, 40)}", which is not supported. Send the part without it.`
      );
  }
}

async function* fromBase64(
  body: AsyncIterable<Buffer>,
  { countOutside }: MultipartLimits
): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const chunk of body) {
    const letters = chunk.toString('latin1').replace(/\s/g, '');
    const blanks = chunk.length - letters.length;
    countOutside(Math.max(0, blanks - letters.length / LETTERS_PER_BREAK));
    const text = rest + letters;
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    if (whole > 0) {
      yield Buffer.from(text.slice(0, whole), 'base64');
    }
  }
  if (rest) {
    yield Buffer.from(rest, 'base64');
  }
}

const malformed = (what: string) =>
  new errors.ValidationError(`The multipart body is malformed: ${what}.`);
const endsEarly = () =>
  new errors.ValidationError('The multipart body ends before its closing boundary.');
