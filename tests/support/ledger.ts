import type { Server } from './server';

export interface LedgerEntry {
  state: string;
  fileId: number | null;
  owner: string | null;
  metadataKept: boolean | null;
  objects: Array<{
    hash: string;
    ext: string;
    sha256?: string;
    sizeInBytes?: number;
    keep?: string;
  }>;
  tries: number;
}

/** All rows of the ledger, oldest first. */
export function ledgerOf(server: Server): Promise<LedgerEntry[]> {
  return server.inside(async (strapi) => {
    const rows = await strapi.db.getConnection('upload_ledger').orderBy('id');
    return rows.map((row: Record<string, unknown>) => ({
      state: row.state,
      fileId: row.file_id,
      owner: row.owner,
      metadataKept: row.metadata_kept == null ? null : Boolean(row.metadata_kept),
      tries: row.tries,
      objects: typeof row.objects === 'string' ? JSON.parse(row.objects) : row.objects,
    }));
  });
}

/** Times at which the leases of unfinished uploads end, in ms since 1970. */
export const stagedLeases = (server: Server): Promise<number[]> =>
  server.inside(async (strapi) => {
    const rows = await strapi.db.getConnection('upload_ledger').where({ state: 'staged' });
    return rows.map((row: { lease_until: unknown }) => Number(row.lease_until));
  });

/** Waits until a condition is true, for about `seconds` at most. */
export async function eventually(
  condition: () => Promise<boolean>,
  what: string,
  seconds = 60
): Promise<void> {
  for (let tries = 0; tries < seconds * 20; tries += 1) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain until ${what}.`);
}
