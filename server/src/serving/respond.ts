import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { mayBeCoded, watchCoding, weak } from './coded-answers';
import { knowsWeakly, preconditionStatus, rangeCounts, type Validators } from './conditions';
import { setContentHeaders } from './content-headers';
import { contentRange, lengthOf, multipartRanges, type RangeReader } from './multipart-ranges';
import { parseRangeSet, rangesIn, type ByteRange, type Ranges, type RangeSet } from './range';

/** The facts about a file that a response without any bytes of the file needs. */
export interface FileState extends Validators {
  /** Size of the file in bytes. */
  size: number;
}

/** A file to send. Its bytes can be read range by range, from any source. */
export interface ServedFile extends FileState {
  /** Value of the header Content-Type. */
  type: string;
  /** Name under which a client saves the file. */
  name: string;
  /** Reads one range of the file in the state described here. Fails if the file ends too early. */
  read: RangeReader;
  /** Ends the use of the file. Called once, after the last read. */
  close(): void;
}

/** A request for a file. Its Range header is parsed only once, even if the file's state is checked several times. */
export interface FileRequest {
  ctx: Context;
  /** The ranges that are requested; null if the whole file is requested. */
  ranges: RangeSet | null;
}

/** Parses a request. Range is defined for GET only (RFC 9110 section 14.2). */
export const fileRequest = (ctx: Context): FileRequest => ({
  ctx,
  ranges: ctx.method === 'GET' ? parseRangeSet(ctx.headers.range) : null,
});

/**
 * Answers with 304, 412 or 416 if no bytes of the file are to be sent (RFC 9110 sections 13.2.2, 15.5.17).
 *
 * @param setOwnHeaders sets the project's headers
 * @returns false if the file is to be sent
 */
export function respondUnread(
  request: FileRequest,
  state: FileState,
  setOwnHeaders: () => void
): boolean {
  const { ctx } = request;
  const status =
    preconditionStatus(ctx.headers, state) ??
    (rangesOf(request, state) === 'unsatisfiable' ? 416 : null);
  if (status === null) {
    return false;
  }
  setOwnHeaders();
  setValidators(ctx, state);
  if (status === 304 && mayBeCoded(ctx) && knowsWeakly(ctx.headers, state)) {
    // The client has a coded copy of the file. So the response repeats the weak tag of that copy.
    ctx.set('ETag', weak(state.etag));
  }
  ctx.body = null;
  ctx.status = status;
  if (status !== 304) {
    ctx.length = 0;
  }
  if (status === 416) {
    ctx.set('Content-Range', `bytes */${state.size}`);
  }
  return true;
}

/**
 * Answers a GET or HEAD with a file, one or several parts of it, or the result of the preconditions.
 *
 * @param file is closed in any case
 * @param setOwnHeaders sets the project's headers. They override the headers that tell a browser how to handle the
 *   file, but not those that depend on the bytes.
 */
export async function respond(
  request: FileRequest,
  file: ServedFile,
  setOwnHeaders: () => void
): Promise<void> {
  const { ctx } = request;
  let sending = false;
  try {
    if (respondUnread(request, file, setOwnHeaders)) {
      return;
    }
    setContentHeaders(ctx, file.type, file.name);
    setOwnHeaders();
    setValidators(ctx, file);
    watchCoding(ctx);
    const body = describeBody(request, file);
    if (ctx.method === 'GET') {
      sending = await send(ctx, file, body);
    }
    ctx.length = body.length;
  } finally {
    if (!sending) {
      file.close();
    }
  }
}

const rangesOf = ({ ctx, ranges }: FileRequest, state: FileState): Ranges | null =>
  ranges && rangeCounts(ctx.headers, state) ? rangesIn(ranges, state.size) : null;

function setValidators(ctx: Context, { etag, modified }: Validators): void {
  ctx.set({
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Last-Modified': new Date(modified).toUTCString(),
  });
}

interface Body {
  /** Number of bytes of the body. */
  length: number;
  read(): ReturnType<RangeReader>;
}

/** Sets status and headers for the whole file, for one range, or for several ranges. */
function describeBody(request: FileRequest, file: ServedFile): Body {
  const { ctx } = request;
  const { size } = file;
  const ranges = rangesOf(request, file) as Exclude<Ranges, 'unsatisfiable'> | null;
  ctx.status = ranges ? 206 : 200;
  if (ranges) {
    // Tells koa-compress, which `strapi::compression` uses, not to compress the body: a range refers to the uncoded
    // bytes.
    ctx.compress = false;
  }
  if (ranges && ranges.length > 1) {
    const { type, length, bytes } = multipartRanges(ranges, ctx.response.get('Content-Type'), size);
    ctx.set('Content-Type', type);
    return { length, read: async () => bytes(file.read) };
  }
  const range: ByteRange = ranges ? ranges[0] : { start: 0, end: size - 1 };
  if (ranges) {
    ctx.set('Content-Range', contentRange(range, size));
  }
  return { length: lengthOf(range), read: async () => file.read(range) };
}

/**
 * Sends the body of a response.
 *
 * @returns true if the file is still being read; it is then closed at the end of the stream
 */
async function send(ctx: Context, file: ServedFile, body: Body): Promise<boolean> {
  const bytes = body.length === 0 ? Buffer.alloc(0) : await body.read();
  if (bytes instanceof Uint8Array) {
    ctx.body = bytes;
    return false;
  }
  const stream = bytes instanceof Readable ? bytes : Readable.from(bytes, { objectMode: false });
  // Closes the connection if reading fails. Otherwise Koa would leave the connection open, and the client would wait
  // for bytes that never come.
  stream.once('error', () => ctx.res.destroy());
  stream.once('close', () => file.close());
  ctx.body = stream;
  return true;
}
