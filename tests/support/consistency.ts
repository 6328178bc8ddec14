import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ledgerOf } from './ledger';
import type { Server } from './server';
import { stateOf } from './state';

/** Where an object lies. */
interface Address {
  hash: string;
  ext: string;
}

/** A row of `files`, as far as it names objects. */
export interface FileRow extends Address {
  id: number;
  formats: Record<string, Address> | null;
}

export const fileRows = (server: Server): Promise<FileRow[]> =>
  server.inside((strapi) =>
    strapi.db.query('plugin::upload.file').findMany({ select: ['id', 'hash', 'ext', 'formats'] })
  );

/** Names in the uploads folder of all that a row names: the file and its formats. */
export const objectsOf = ({ hash, ext, formats }: FileRow): string[] =>
  [{ hash, ext }, ...Object.values(formats ?? {})].map((object) => object.hash + object.ext);

export const bytesOf = (server: Server, { hash, ext }: Address): Promise<Buffer> =>
  readFile(path.join(server.project.uploads, hash + ext));

/** What lies in the uploads folder is exactly what rows name; no temporary file is left. */
export async function expectNothingLeftOver(server: Server): Promise<void> {
  const { uploads, temp } = await stateOf(server);
  expect(uploads).toEqual((await fileRows(server)).flatMap(objectsOf).sort());
  expect(temp).toEqual([]);
}

/** The ledger tells of every file and of nothing else, with the digests of the stored bytes. */
export async function expectTrueLedger(server: Server): Promise<void> {
  const rows = new Map((await fileRows(server)).map((row) => [row.id, row]));
  const ledger = await ledgerOf(server);
  expect(ledger.map(({ fileId }) => fileId).sort()).toEqual([...rows.keys()].sort());
  for (const { objects, fileId } of ledger) {
    const named = objects.map(({ hash, ext }) => hash + ext).sort();
    expect(named).toEqual(objectsOf(rows.get(fileId!)!).sort());
    for (const object of objects) {
      const digest = createHash('sha256').update(await bytesOf(server, object));
      expect(digest.digest('hex')).toBe(object.sha256);
    }
  }
}
