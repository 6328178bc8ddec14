import path from 'node:path';
import type { Context } from 'koa';
import { serveLocalFiles, type SetHeaders } from './local-files';
import { fileRequest, respond, type ServedFile } from './respond';

/** A request for a variant of a stored object. */
export interface VariantRequest {
  /** Name of the object in its folder. */
  key: string;
  isPrivate: boolean;
  /** Query of the request, without the question mark. */
  query: string;
  /** Header `Accept`. */
  accept: string | undefined;
  /** Whether a missing variant is made. A HEAD makes none. */
  makes: boolean;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
}

/** What a request for a variant gets. */
export type VariantOutcome =
  /** The object as it is stored. */
  | { kind: 'stored' }
  /** A file in the folder of variants. */
  | { kind: 'file'; name: string }
  | { kind: 'bytes'; bytes: Uint8Array; etag: string; mime: string; name: string }
  /** A variant that is not made yet, and that this request does not make. */
  | { kind: 'unmade'; mime: string }
  /** Another stored object, or with null the requested one, because the variant cannot be made now. */
  | { kind: 'instead'; key: string | null }
  /** Nothing: the variant cannot be made now. */
  | { kind: 'busy' }
  /** The query is wrong. The message says which values are allowed. */
  | { kind: 'wrong'; message: string };

/** How caches may use an outcome. */
export interface VariantTerms {
  /** Whether it depends on the header `Accept`. */
  varies?: boolean;
  /** Whether there will soon be a better one. */
  isTemporary?: boolean;
}

/** Finds or makes the variant that a request asks for. */
export interface VariantLookup {
  /** Returns the outcome; null if the request asks for no variant. */
  lookUp(request: VariantRequest): Promise<(VariantOutcome & VariantTerms) | null>;
  /** Returns a query without the parameters of a variant. */
  withoutVariant(query: string): string;
  /** Seconds for which a signed variant of a private object can be read; null if its signature is not valid. */
  opens(key: string, query: string): number | null;
}

/** A folder of stored objects. The folder of their variants lies in it. */
interface TransformedFolder {
  /** Absolute path. */
  root: string;
  isPrivate: boolean;
  lookup: VariantLookup;
}

/** Folder of the variants, in the folder of their files. Its name is hidden, so its files have no URLs of their own. */
export const VARIANTS_FOLDER = '.derived';

/**
 * Sets headers as `SetHeaders` does.
 *
 * @param cacheControl value of Cache-Control for public files; null: that of the configuration
 */
export type SetCachedHeaders = (
  path: string,
  stats: Parameters<SetHeaders>[1],
  cacheControl: string | null
) => void;

/** Answers with a stored object or a variant of it. See `ServeLocalFile`. */
type ServeObject = (ctx: Context, key: string, setHeaders: SetCachedHeaders) => Promise<boolean>;

/** Serves the objects of a folder, or their variants to requests whose query asks for one. */
export function serveWithVariants({ root, isPrivate, lookup }: TransformedFolder): ServeObject {
  const serveStored = serveLocalFiles(root);
  const serveVariant = serveLocalFiles(path.join(root, VARIANTS_FOLDER));
  return async (ctx, key, setHeaders) => {
    const outcome = ctx.querystring
      ? await outcomeOf(lookup, requestOf(ctx, key, isPrivate))
      : null;
    if (outcome === null) {
      return serveStored(ctx, key, (of, stats) => setHeaders(of, stats, null));
    }
    if (outcome.varies) {
      ctx.vary('Accept');
    }
    const cacheControl = cacheControlFor(ctx, outcome);
    const setOwn: SetHeaders = (of, stats) => setHeaders(of, stats, cacheControl);
    const serveInstead = (other: string) =>
      serveStored(ctx, other, (of, stats) => {
        setOwn(of, stats);
        ctx.set('Cache-Control', NO_STORE);
      });
    switch (outcome.kind) {
      case 'stored':
        return serveStored(ctx, key, setOwn);
      case 'file':
        // The variant may have been removed since it was found.
        return (await serveVariant(ctx, outcome.name, setOwn)) || serveInstead(key);
      case 'instead':
        return (await serveInstead(outcome.key ?? key)) || serveInstead(key);
      default:
        await answerWithoutFile(ctx, outcome, isPrivate);
        return true;
    }
  };
}

/** Returns the outcome of a request. A client that is gone gets no answer, and is no error. */
async function outcomeOf(
  lookup: VariantLookup,
  request: VariantRequest
): Promise<(VariantOutcome & VariantTerms) | null> {
  try {
    return await lookup.lookUp(request);
  } catch (error) {
    if (request.signal.aborted) {
      return { kind: 'busy' };
    }
    throw error;
  }
}

const requestOf = (ctx: Context, key: string, isPrivate: boolean): VariantRequest => ({
  key,
  isPrivate,
  query: ctx.querystring,
  accept: ctx.headers.accept,
  makes: ctx.method === 'GET',
  signal: signalOf(ctx),
});

/** A URL with `v` changes with the file, so its answer never changes (RFC 8246). */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** For a faster format that goes out until the slower one is made. */
const TEMPORARY = 'public, max-age=60';

const NO_STORE = 'no-store';

const isVersioned = (query: string): boolean => /(^|&)v=[^&]/.test(query);

/** How long public caches may keep an outcome; null: as long as the file itself. */
function cacheControlFor(ctx: Context, { isTemporary }: VariantTerms): string | null {
  if (isTemporary) {
    return TEMPORARY;
  }
  return isVersioned(ctx.querystring) ? IMMUTABLE : null;
}

type WithoutFile = Extract<VariantOutcome, { kind: 'bytes' | 'unmade' | 'busy' | 'wrong' }>;

async function answerWithoutFile(
  ctx: Context,
  outcome: WithoutFile,
  isPrivate: boolean
): Promise<void> {
  switch (outcome.kind) {
    case 'bytes':
      return sendBytes(ctx, outcome, isPrivate);
    case 'unmade':
      ctx.body = null;
      ctx.status = 200;
      // A GET would have a length and validators.
      ctx.set({
        'Content-Type': outcome.mime,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': NO_STORE,
      });
      return;
    case 'busy':
      ctx.set('Retry-After', RETRY_AFTER);
      refuse(ctx, 503, 'The image cannot be made now, because too many images are being made.');
      return;
    default:
      refuse(ctx, 400, outcome.message);
  }
}

/** Seconds after which a client should try again. */
const RETRY_AFTER = '5';

/** Sends a variant that could not be stored. Clients ask again next time, when it may be stored. */
async function sendBytes(
  ctx: Context,
  { bytes, etag, mime, name }: Extract<VariantOutcome, { kind: 'bytes' }>,
  isPrivate: boolean
): Promise<void> {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const file: ServedFile = {
    size: body.length,
    etag,
    modified: Date.now(),
    type: mime,
    name,
    read: async ({ start, end }) => body.subarray(start, end + 1),
    close() {},
  };
  const cacheControl = isPrivate ? 'private, no-cache' : 'no-cache';
  await respond(fileRequest(ctx), file, () => ctx.set('Cache-Control', cacheControl));
}

const NAMES: Record<number, string> = { 400: 'ValidationError', 503: 'ServiceUnavailableError' };

/** Answers with an error in the format of Strapi. */
function refuse(ctx: Context, status: number, message: string): void {
  ctx.status = status;
  ctx.set('Cache-Control', NO_STORE);
  ctx.body = { data: null, error: { status, name: NAMES[status], message, details: {} } };
}

/** A signal that aborts when the client disconnects before it has its answer. */
function signalOf({ res }: Context): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) {
      gone.abort(new Error('The client has disconnected.'));
    }
  });
  return gone.signal;
}
