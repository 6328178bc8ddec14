import type { Context } from 'koa';

/**
 * Corrects the validators of an answer to which a middleware such as `strapi::compression` applies a content coding:
 * those bytes are another representation (RFC 9110 section 8.8.3.3). Its ETag is weak, so that no part of the file
 * itself is ever joined to them, and for the same reason the answer offers no ranges and tells no date, which clients
 * may take for a strong validator (section 13.1.5).
 *
 * To be called when the answer is complete as far as the file and the project's own headers are concerned: a coding
 * that the project names itself is the stored bytes' own.
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

/** Applications in which some middleware codes answers. */
const coding = new WeakSet<object>();

/** Whether a weak tag of a client's copy can be one of a coded answer. */
export const mayBeCoded = ({ app }: Pick<Context, 'app'>): boolean => coding.has(app);

/** The weak form of a tag. */
export const weak = (etag: string): string => `W/${etag.replace(/^W\//, '')}`;
