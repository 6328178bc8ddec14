import { CONTENT } from '../../support/served-files';

/** Headers of a request; `{etag}` stands for the file's own. */
export type Headers = Record<string, string>;

export interface Expected {
  status: number;
  /** Of the answer; undefined where it must not be there. */
  headers?: Record<string, string | undefined>;
  /** Without the boundary of several ranges, which is random. */
  body?: string | Buffer;
}

/** RFC and section, what is asked, the target below `/uploads/`, headers, what must come. */
export type Row = [string, string, string, Headers, Expected];

export const WHOLE: Expected = {
  status: 200,
  body: CONTENT,
  headers: { 'content-range': undefined },
};

/** A part of `file.txt`. */
export const part = (start: number, end: number, of = 20): Expected => ({
  status: 206,
  body: CONTENT.slice(start, end + 1),
  headers: { 'content-range': `bytes ${start}-${end}/${of}` },
});
