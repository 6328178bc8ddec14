import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ledgerOf } from './ledger';
import type { Server } from './server';
import { stateOf } from './state';

/** The two parts of an object's name. */
interface Address {
  hash: string;
  ext: string;
}

/** The columns of a row of `files` that name objects. */
export interface FileRow extends Address {
  id: number;
  formats: Record<string, Address> | null;
}

export const fileRows = (server: Server): Promise<FileRow[]> =>
  server.inside((strapi) =>
    strapi.db.query('plugin::upload.file').findMany({ select: ['id', 'hash', 'ext', 'formats'] })
  );

/** Names of a row's objects in the uploads folder: the file and its formats. */
export const objectsOf = ({ hash, ext, formats }: FileRow): string[] =>
  [{ hash, ext }, ...Object.values(formats ?? {})].map((object) => object.hash + object.ext);

export const bytesOf = (server: Server, { hash, ext }: Address): Promise<Buffer> =>
  readFile(path.join(server.project.uploads, hash + ext));

/** Expects that the uploads folder has exactly the objects that rows name, and that there is no temporary file. */
export async function expectNothingLeftOver(server: Server): Promise<void> {
  const { uploads, temp } = await stateOf(server);
  expect(uploads).toEqual((await fileRows(server)).flatMap(objectsOf).sort());
  expect(temp).toEqual([]);
}

/** Expects that the ledger has exactly one row for each file, with the SHA-256 of the stored bytes. */
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
