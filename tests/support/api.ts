import { createHash } from 'node:crypto';
import request, { type Test } from 'supertest';
import type { AdminClient } from './admin';
import { allowPublic, UPLOAD_ACTIONS } from './permissions';
import { send, type RawAnswer } from './raw';
import { startServer, type Server, type ServerOptions } from './server';

/** Options of a test that sends a file. */
export interface Sent {
  /** Route with its query. Default: `/api/upload`. */
  path?: string;
  /** Content-Type of the part. Default: the type that belongs to the name. */
  contentType?: string | undefined;
  /** Value of the form field `fileInfo`. */
  info?: object;
}

/** Sends one file. Does not check the answer. */
export function sendFile(
  server: Server,
  name: string,
  content: Buffer | string,
  { path = '/api/upload', contentType, info }: Sent = {}
): Test {
  const form = request(server.url).post(path);
  if (info) {
    form.field('fileInfo', JSON.stringify(info));
  }
  const options = { filename: name, ...(contentType ? { contentType } : {}) };
  return form.attach('files', Buffer.from(content), options);
}

/** Uploads one file and expects that the server stores it. Returns the file's row from the answer. */
export async function storeFile(
  server: Server,
  name: string,
  content: Buffer | string,
  sent: Sent = {}
) {
  const { status, body } = await sendFile(server, name, content, sent);
  expect([status, body]).toEqual([201, [expect.anything()]]);
  return body[0];
}

/** Uploads a file with a request of the Media Library, and expects that the server stores it. */
export async function storeAsset(
  admin: AdminClient,
  name: string,
  content: Buffer,
  info: object = {}
) {
  const form = admin.post('/upload').field('fileInfo', JSON.stringify(info));
  return (await form.attach('files', content, name).expect(201)).body[0];
}

/** Requests a path with these headers. The path is not normalized. */
export const get = (
  server: Server,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET'
): Promise<RawAnswer> => send(server.url, { method, path, headers });

/** The bytes that the server answers for a path. */
export const bytesAt = async (server: Server, path: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(server.url + path)).arrayBuffer());

/** SHA-256 of some bytes, in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Starts a server to which everybody may upload. The caller of this function stops the server. */
export async function startPublicServer(
  options: ServerOptions = {},
  actions: string[] = UPLOAD_ACTIONS
): Promise<Server> {
  const server = await startServer(options);
  await allowPublic(server, actions);
  return server;
}

/** Starts a server to which everybody may upload, and stops it after `work`, also when `work` throws. */
export async function withServer(
  options: ServerOptions,
  work: (server: Server) => Promise<void>
): Promise<void> {
  const server = await startPublicServer(options);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
