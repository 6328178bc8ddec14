import type { Context } from 'koa';

/**
 * Corrects the validators of a response to which a middleware such as `strapi::compression` applies a content coding.
 * The coded bytes are another representation (RFC 9110 section 8.8.3.3). So their ETag becomes weak: clients must never
 * combine parts of the uncoded file with them. For the same reason the response offers no ranges and has no
 * Last-Modified date, which clients may take for a strong validator (section 13.1.5).
 *
 * Call this when the headers of the file and of the project are set: a coding that the project itself sets belongs to
 * the stored bytes.
 */
export function watchCoding({ res, app }: Pick<Context, 'res' | 'app'>): void {
  const own = res.getHeader('Content-Encoding');
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res;
  res.writeHead = ((...args: unknown[]) => {
    if (res.getHeader('Content-Encoding') !== own) {
      coding.add(app);
      res.setHeader('ETag', weak(String(res.getHeader('ETag'))));
      res.removeHeader('Accept-Ranges');
      res.removeHeader('Last-Modified');
    }
    return writeHead(...args);
  }) as typeof res.writeHead;
}

/** Koa applications in which some middleware has applied a content coding. */
const coding = new WeakSet<object>();

/** Whether a client may have got a weak tag with a coded response. */
export const mayBeCoded = ({ app }: Pick<Context, 'app'>): boolean => coding.has(app);

/** The weak form of a tag. */
export const weak = (etag: string): string => `W/${etag.replace(/^W\//, '')}`;
