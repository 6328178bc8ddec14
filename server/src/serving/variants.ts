import path from 'node:path';
import type { Context } from 'koa';
import { serveLocalFiles, type SetHeaders } from './local-files';
import {
  answerWithoutFile,
  NO_CACHE,
  NO_STORE,
  redirectElsewhere,
  sendBytes,
} from './variant-answers';
import type { VariantLookup, VariantOutcome, VariantRequest, VariantTerms } from './variant-lookup';

/** A folder of stored objects. The folder of their variants lies in it. */
interface TransformedFolder {
  /** Absolute path. */
  root: string;
  /** Absolute path of the folder in which the variants of private files lie. */
  privateRoot: string;
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
export function serveWithVariants(folder: TransformedFolder): ServeObject {
  const { root, privateRoot, isPrivate, lookup } = folder;
  const serveStored = serveLocalFiles(root);
  const variantsIn = (home: string) => serveLocalFiles(path.join(home, VARIANTS_FOLDER));
  const serveVariant = variantsIn(root);
  const servePrivate = variantsIn(privateRoot);

  /** Answers with an outcome. Returns false if its file does not exist. */
  async function answer(ctx: Context, key: string, { outcome, setHeaders }: Answered) {
    if (outcome.varies) {
      ctx.vary('Accept');
    }
    const cacheControl = cacheControlFor(ctx, outcome);
    const isClosed = isPrivate || outcome.privateFor !== undefined;
    const setOwn: SetHeaders = (of, stats) => {
      setHeaders(of, stats, cacheControl);
      // After the project's headers: no shared cache may keep a private file.
      if (outcome.kind === 'bytes' && isClosed) {
        ctx.set('Cache-Control', `private, ${NO_CACHE}`);
      } else if (outcome.privateFor !== undefined) {
        ctx.set('Cache-Control', privateFor(outcome.privateFor));
      }
    };
    switch (outcome.kind) {
      case 'stored':
        return serveStored(ctx, key, setOwn);
      case 'file':
        return (outcome.isPrivate ? servePrivate : serveVariant)(ctx, outcome, setOwn);
      case 'instead':
        return (
          (await serveInstead(ctx, outcome.key ?? key, setOwn)) || serveInstead(ctx, key, setOwn)
        );
      case 'bytes': {
        const home = outcome.privateFor === undefined ? root : privateRoot;
        const wouldBe = path.join(home, VARIANTS_FOLDER, outcome.name);
        await sendBytes(ctx, outcome, (stats) => setOwn(wouldBe, stats));
        return true;
      }
      default:
        answerWithoutFile(ctx, outcome);
        return true;
    }
  }

  const serveInstead = (ctx: Context, key: string, setOwn: SetHeaders) =>
    serveStored(ctx, key, (of, stats) => {
      setOwn(of, stats);
      ctx.set('Cache-Control', NO_STORE);
    });

  return async (ctx, key, setHeaders) => {
    const request = ctx.querystring ? requestOf(ctx, key, isPrivate) : null;
    const outcome = request && (await outcomeOf(lookup, request));
    if (request === null || outcome === null) {
      const isServed = await serveStored(ctx, key, (of, stats) => setHeaders(of, stats, null));
      return isServed || (!isPrivate && redirectElsewhere(ctx, await lookup.elsewhere(key)));
    }
    const isAnswered = await answer(ctx, key, { outcome, setHeaders });
    if (isAnswered || outcome.kind !== 'file') {
      return isAnswered;
    }
    // The lookup remembers variants without a look at the disk. This one was removed or damaged, so it is made again.
    lookup.lost(outcome);
    const again = await outcomeOf(lookup, request);
    return (
      (again !== null && (await answer(ctx, key, { outcome: again, setHeaders }))) ||
      (await serveInstead(ctx, key, (of, stats) => setHeaders(of, stats, null))) ||
      (!isPrivate && redirectElsewhere(ctx, await lookup.elsewhere(key)))
    );
  };
}

/** An outcome, and how the headers of its answer are set. */
interface Answered {
  outcome: VariantOutcome & VariantTerms;
  setHeaders: SetCachedHeaders;
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

function requestOf(ctx: Context, key: string, isPrivate: boolean): VariantRequest {
  let signal: AbortSignal | undefined;
  return {
    key,
    isPrivate,
    query: ctx.querystring,
    accept: ctx.headers.accept,
    makes: ctx.method === 'GET',
    get signal() {
      return (signal ??= signalOf(ctx));
    },
  };
}

/** A URL with `v` changes with the file, so its answer never changes (RFC 8246). */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** For a faster format that goes out until the slower one is made. */
const TEMPORARY = 'public, max-age=60';

const isVersioned = (query: string): boolean => /(^|&)v=[^&]/.test(query);

const privateFor = (seconds: number): string => `private, max-age=${Math.floor(seconds)}`;

/** How long public caches may keep an outcome; null: as long as the file itself. */
function cacheControlFor(
  ctx: Context,
  { kind, isTemporary, privateFor: seconds }: VariantOutcome & VariantTerms
): string | null {
  if (kind === 'bytes') {
    return NO_CACHE;
  }
  if (seconds !== undefined) {
    return privateFor(seconds);
  }
  if (isTemporary) {
    return TEMPORARY;
  }
  return isVersioned(ctx.querystring) ? IMMUTABLE : null;
}

/** A signal that aborts when the client disconnects before it has its answer. */
function signalOf({ res }: Context): AbortSignal {
  const gone = new AbortController();
  const abort = () => {
    if (!res.writableFinished) {
      gone.abort(new Error('The client has disconnected.'));
    }
  };
  if (res.closed) {
    abort();
  } else {
    res.once('close', abort);
  }
  return gone.signal;
}
