import { sha256 } from '../support/api';
import type { Server } from '../support/server';

/** The fields of a stored file that these tests read. */
export interface StoredFile {
  id: number;
  name: string;
  alternativeText: string | null;
  caption: string | null;
  mime: string;
  width: number | null;
  height: number | null;
  url: string;
}

/** An answer of the API: data, or Strapi's error. */
export interface Answer<T> {
  status: number;
  body: T & { error?: { name: string; message: string } };
}

/** Sends a GET request to the API from outside the browser. */
export async function get<T>(server: Server, address: string): Promise<Answer<T>> {
  const response = await fetch(server.url + address);
  return { status: response.status, body: await response.json() };
}

export const getFile = (server: Server, id: number) =>
  get<StoredFile>(server, `/api/upload/files/${id}`);

/** Reads the file with this name. Throws an error if there is no such file, or if there are several. */
export async function fileNamed(server: Server, name: string): Promise<StoredFile> {
  const query = `filters[name][$eq]=${encodeURIComponent(name)}`;
  const { body } = await get<StoredFile[]>(server, `/api/upload/files?${query}`);
  if (body.length !== 1) {
    throw new Error(`there are ${body.length} files named ${name}`);
  }
  return body[0]!;
}

/** Number of files in the library. */
export async function countFiles(server: Server): Promise<number> {
  const { body } = await get<{ meta: { pagination: { total: number } } }>(
    server,
    '/api/upload/files/page?pagination[pageSize]=1'
  );
  return body.meta.pagination.total;
}

/** The published restaurant with its files, read as a website does. */
export async function getRestaurant(server: Server, documentId: string) {
  const { body } = await get<{ data: { cover: StoredFile | null; covers: StoredFile[] | null } }>(
    server,
    `/api/restaurants/${documentId}?populate=*`
  );
  return body.data;
}

/** Uploads a file from outside the browser, for tests about later steps. */
export async function uploadFile(
  server: Server,
  { name, mimeType, buffer }: { name: string; mimeType: string; buffer: Buffer }
): Promise<StoredFile> {
  const form = new FormData();
  form.append('files', new File([new Uint8Array(buffer)], name, { type: mimeType }));
  const response = await fetch(`${server.url}/api/upload`, { method: 'POST', body: form });
  if (response.status !== 201) {
    throw new Error(`upload answered ${response.status}: ${await response.text()}`);
  }
  const [file] = (await response.json()) as [StoredFile];
  return file;
}

/** SHA-256 of the bytes that the server answers for an address. */
export async function sha256Of(server: Server, address: string): Promise<string> {
  const response = await fetch(server.url + address);
  if (response.status !== 200) {
    throw new Error(`${address} answered ${response.status}`);
  }
  return sha256(new Uint8Array(await response.arrayBuffer()));
}
