import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UrlSigner, type SigningKey } from '../../server/src/signing/url-signer';
import type { Server } from './server';

/** Absolute path of the folder in which a project keeps its private files. */
export const privateFolderOf = ({ project }: Server): string =>
  path.join(project.dir, '.private-uploads');

/** Sorted names of all private objects. Names of staged objects include their folder. */
export async function privateNames(server: Server): Promise<string[]> {
  const folder = privateFolderOf(server);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** A row of `files` as it is in the database. */
export const storedRow = (server: Server, id: number) =>
  server.inside(
    async (strapi, id) => strapi.db.query('plugin::upload.file').findOne({ where: { id } }),
    id
  ) as Promise<{ url: string; hash: string; ext: string; formats: Record<string, StoredFormat> }>;

interface StoredFormat {
  url: string;
  hash: string;
  ext: string;
}

/** The query of a URL, signed with this key. */
export function signedQuery(
  key: SigningKey,
  subject: string,
  { purpose = 'file', life = 900, secondsAgo = 0, address = undefined as string | undefined } = {}
): string {
  const signer = new UrlSigner([key], () => Date.now() - secondsAgo * 1000);
  return signer.sign({ purpose, subject, address }, life);
}
