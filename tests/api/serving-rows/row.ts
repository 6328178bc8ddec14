import { CONTENT } from '../../support/served-files';

/** Headers of a request. `{etag}` stands for the file's ETag. */
export type Headers = Record<string, string>;

export interface Expected {
  status: number;
  /** Headers of the answer; undefined for a header that must be absent. */
  headers?: Record<string, string | undefined>;
  /** Body of the answer. The random boundary of an answer with several ranges is left out. */
  body?: string | Buffer;
}

/** RFC and section, description, the target below `/uploads/`, request headers, expected answer. */
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
