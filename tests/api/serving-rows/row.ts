import { CONTENT } from '../../support/served-files';

/** Headers of a request. `{etag}` stands for the file's ETag. */
export type Headers = Record<string, string>;

export interface Expected {
  status: number;
  /** Expected headers of the answer. The value is undefined for a header that must be absent. */
  headers?: Record<string, string | undefined>;
  /** Expected body of the answer, without the random boundary of an answer with several ranges. */
  body?: string | Buffer;
}

/** RFC and section, description, target below `/uploads/`, headers of the request, expected answer. */
export type Row = [string, string, string, Headers, Expected];

export const WHOLE: Expected = {
  status: 200,
  body: CONTENT,
  headers: { 'content-range': undefined },
};

/** Expected answer with the bytes from `start` to `end` of `file.txt`. */
export const part = (start: number, end: number, of = 20): Expected => ({
  status: 206,
  body: CONTENT.slice(start, end + 1),
  headers: { 'content-range': `bytes ${start}-${end}/${of}` },
});
