import type { BigIntStats } from 'node:fs';
import mimeTypes from 'mime-types';
import { decideType, gatherEvidence, isSelfEvident, OCTET_STREAM } from '../security/detect-type';
import { stateKey } from './small-files';

/** Most entries that are remembered: some hundred bytes each. */
const CAPACITY = 10_000;

/**
 * The Content-Type of a file's bytes: after a replacement by another kind of file its URL keeps the
 * old extension, which then says nothing. Remembered by inode, size and time.
 */
export class TypeCache {
  private readonly types = new Map<string, string>();

  /** @param readHead gives the first bytes, as many as the detection wants, or all of a shorter file */
  async of(stats: BigIntStats, name: string, readHead: () => Promise<Buffer>): Promise<string> {
    const key = `${stateKey(stats)}-${name}`;
    const known = this.types.get(key);
    if (known !== undefined) {
      return known;
    }
    const type = await typeOf(await readHead(), name);
    if (this.types.size >= CAPACITY) {
      // The oldest goes: a Map keeps the order in which its entries came.
      this.types.delete(this.types.keys().next().value!);
    }
    this.types.set(key, type);
    return type;
  }
}

/** The type that bytes and name tell, with its charset where it is a text. */
export async function typeOf(head: Buffer, name: string): Promise<string> {
  const evidence = await gatherEvidence(head, name, undefined);
  const { mime } = decideType(evidence);
  const isBelievable = evidence.detected || !isSelfEvident(mime);
  const type = isBelievable ? mime : OCTET_STREAM;
  return mimeTypes.contentType(type) || type;
}
