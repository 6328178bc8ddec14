import type { Caller } from './callers';
import type { Library } from './library';
import { MULTIPART, multipart, type Part } from '../../support/raw';

/** One HTTP request, without the server's address. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  path: string;
  /** The caller that sends the request. Default: the public. */
  as?: Caller;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** An answer with its parsed body. */
export interface Answer {
  /** Status of the answer; 0 if the server gave no answer in time. */
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Values from earlier steps that later steps of a case need, because ids differ between the servers. */
export interface Seen extends Library {
  /** Id of the (first) file or folder in the answer to an earlier step. */
  id(step: number): number;
  /** URL of the (first) file in the answer to an earlier step. */
  url(step: number): string;
}

export type Step = Request | ((seen: Seen) => Request | Promise<Request>);

/** Requests that are sent to both servers, one after the other. The answers and traces are compared. */
export interface ParityCase {
  /** A sentence that describes the requests. */
  name: string;
  steps: Step[];
  /** Whether the Media Library holds the files of {@link Library}. Otherwise it is empty. */
  library?: boolean;
  /** Actions that callers without a token may do. Default: all actions of the plugin, and the actions for linking. */
  publicMay?: string[];
  /** Keys of the plugin's configuration for this case. */
  config?: Record<string, unknown>;
}

/**
 * Makes a case from each entry of a table. The key is the case's name, the value is its steps. All cases have the same
 * options.
 */
export const cases = (
  table: Record<string, Step | Step[]>,
  options: Omit<ParityCase, 'name' | 'steps'> = {}
): ParityCase[] =>
  Object.entries(table).map(([name, steps]) => ({ name, steps: [steps].flat(), ...options }));

/** Makes a request come from this caller. */
export const by =
  (as: Caller) =>
  (request: Request): Request => ({ ...request, as });

const bare =
  (method: Request['method']) =>
  (path: string, headers: Record<string, string> = {}): Request => ({ method, path, headers });

export const get = bare('GET');
export const head = bare('HEAD');
export const del = bare('DELETE');

/** A request with a JSON body. */
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

/** A request with a form, as a browser sends it. */
export const postForm = (path: string, ...parts: Part[]): Request => ({
  method: 'POST',
  path,
  headers: MULTIPART,
  body: multipart(parts),
});

/** A part of a form: a file in the field `files`. */
export const file = (
  name: string,
  content: Buffer | string = `content of ${name}`,
  type = 'text/plain'
): Part => ({ name: 'files', params: `filename="${name}"`, type, content });

/** A part of a form: a text field. A value that is not a string becomes JSON. */
export const field = (name: string, value: unknown): Part => ({
  name,
  content: typeof value === 'string' ? value : JSON.stringify(value),
});

export const fileInfo = (value: unknown): Part => field('fileInfo', value);
