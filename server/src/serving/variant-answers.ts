import { constants, Stats } from 'node:fs';
import type { Context } from 'koa';
import { fileRequest, respond, type ServedFile } from './respond';
import type { VariantOutcome } from './variant-lookup';

export const NO_STORE = 'no-store';

/** For variants that could not be stored: clients ask again next time, when they may be stored. */
export const NO_CACHE = 'no-cache';

/** Outcomes that have no bytes. */
type WithoutBytes = Extract<
  VariantOutcome,
  { kind: 'unmade' | 'elsewhere' | 'forbidden' | 'busy' | 'wrong' }
>;

/** Answers with an outcome that has no bytes. */
export function answerWithoutFile(ctx: Context, outcome: WithoutBytes): void {
  switch (outcome.kind) {
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
    case 'elsewhere':
      redirectElsewhere(ctx, outcome.url);
      return;
    case 'forbidden':
      refuse(ctx, 403, PRIVATE_MESSAGE);
      return;
    case 'busy':
      ctx.set('Retry-After', RETRY_AFTER);
      refuse(ctx, 503, 'The image cannot be made now, because too many images are being made.');
      return;
    default:
      refuse(ctx, 400, outcome.message);
  }
}

/**
 * Sends the client to another provider. Caches ask each time, since the URL changes with a replacement, and ends if it is
 * signed.
 *
 * @returns false if there is no URL
 */
export function redirectElsewhere(ctx: Context, url: string | null): boolean {
  if (url === null) {
    return false;
  }
  ctx.body = null;
  ctx.status = 302;
  // A header has ASCII characters only.
  ctx.set({ Location: new URL(url).href, 'Cache-Control': NO_STORE });
  return true;
}

/** Seconds after which a client should try again. */
const RETRY_AFTER = '5';

/**
 * Sends a variant that could not be stored.
 *
 * @param setHeaders gets what the `stat` of the file would be
 */
export async function sendBytes(
  ctx: Context,
  { bytes, etag, mime, name }: Extract<VariantOutcome, { kind: 'bytes' }>,
  setHeaders: (stats: () => Stats) => void
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
  await respond(fileRequest(ctx), file, () => setHeaders(() => statsOf(file)));
}

/** The most important values of a regular file's `Stats`. */
function statsOf({ size, modified }: ServedFile): Stats {
  const time = new Date(modified);
  return Object.assign(Object.create(Stats.prototype), {
    ...{ size, mode: constants.S_IFREG },
    ...{ mtime: time, ctime: time, atime: time, birthtime: time },
    ...{ mtimeMs: modified, ctimeMs: modified, atimeMs: modified, birthtimeMs: modified },
  });
}

const NAMES: Record<number, string> = {
  400: 'ValidationError',
  403: 'ForbiddenError',
  503: 'ServiceUnavailableError',
};

/** Says nothing about whether the file exists. */
export const PRIVATE_MESSAGE =
  'The file is private. The signature of this URL is missing, not valid or expired.';

/** Answers with an error in the format of Strapi, which no other middleware adds if files are served early. */
export function refuse(ctx: Context, status: number, message: string): void {
  ctx.status = status;
  ctx.set('Cache-Control', NO_STORE);
  ctx.body = { data: null, error: { status, name: NAMES[status], message, details: {} } };
}
