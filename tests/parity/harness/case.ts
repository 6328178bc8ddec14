import type { Caller } from './callers';
import type { Library } from './library';
import { MULTIPART, multipart, type Part } from '../../support/raw';

/** One HTTP request, without the server it goes to. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  path: string;
  /** Who sends it; the public unless said otherwise. */
  as?: Caller;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** An answer as it came, with its body parsed. */
export interface Answer {
  /** 0 where the server gave no answer in time. */
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** What later steps of a case may build on: ids differ from server to server. */
export interface Seen extends Library {
  /** Id of the (first) file or folder in the answer to an earlier step. */
  id(step: number): number;
  /** URL of the (first) file in the answer to an earlier step. */
  url(step: number): string;
}

export type Step = Request | ((seen: Seen) => Request | Promise<Request>);

/** Requests that are sent to both servers, one after the other, and everything they leave behind. */
export interface ParityCase {
  /** A sentence about what is sent. */
  name: string;
  steps: Step[];
  /** Whether the library of {@link Library} is there; otherwise the Media Library is empty. */
  library?: boolean;
  /** Actions that callers without a token may do; all of the plugin's unless said otherwise. */
  publicMay?: string[];
  /** Keys of the plugin's configuration that hold for this case. */
  config?: Record<string, unknown>;
}

/** Cases by their names, all with the same options. */
export const cases = (
  table: Record<string, Step | Step[]>,
  options: Omit<ParityCase, 'name' | 'steps'> = {}
): ParityCase[] =>
  Object.entries(table).map(([name, steps]) => ({ name, steps: [steps].flat(), ...options }));

/** A request as one caller sends it. */
export const by =
  (as: Caller) =>
  (request: Request): Request => ({ ...request, as });

const bare =
  (method: Request['method']) =>
  (path: string, headers: Record<string, string> = {}): Request => ({ method, path, headers });

export const get = bare('GET');
export const head = bare('HEAD');
export const del = bare('DELETE');

/** The body of a request as JSON. */
const json =
  (method: Request['method']) =>
  (path: string, value: unknown): Request => ({
    method,
    path,
    headers: { 'content-type': 'application/json' },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  });

export const postJson = json('POST');
export const putJson = json('PUT');

/** A form as a browser sends it. */
export const postForm = (path: string, ...parts: Part[]): Request => ({
  method: 'POST',
  path,
  headers: MULTIPART,
  body: multipart(parts),
});

/** A file part named `files`. */
export const file = (
  name: string,
  content: Buffer | string = `content of ${name}`,
  type = 'text/plain'
): Part => ({ name: 'files', params: `filename="${name}"`, type, content });

/** A text part; what is no string becomes JSON. */
export const field = (name: string, value: unknown): Part => ({
  name,
  content: typeof value === 'string' ? value : JSON.stringify(value),
});

export const fileInfo = (value: unknown): Part => field('fileInfo', value);
