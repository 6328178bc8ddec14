import type { BigIntStats } from 'node:fs';
import mimeTypes from 'mime-types';
import { OCTET_STREAM } from '../types/common-types';
import { decideType, gatherEvidence, isSelfEvident } from '../types/detect-type';
import { servedWord } from '../types/type-names';
import { HEAD_BYTES, wantedBytes } from '../types/signatures/detect';
import { isRecognised } from '../types/signatures/recognised';
import { charsetOf } from '../types/signatures/text';
import { stateKey } from './small-files';

/** Most entries that are remembered: some hundred bytes each. */
const CAPACITY = 10_000;

/** Reads the first bytes of a file. */
export type ReadHead = (length: number) => Promise<Buffer>;

/**
 * The Content-Type of a file's bytes: after a replacement by another kind of file its URL keeps the
 * old extension, which then says nothing. Remembered by inode, size and time.
 */
export class TypeCache {
  private readonly types = new Map<string, string>();

  /** @param readHead gives the first bytes, as many as it is asked for, or all of a shorter file */
  async of(stats: BigIntStats, name: string, readHead: ReadHead): Promise<string> {
    const key = `${stateKey(stats)}-${name}`;
    const known = this.types.get(key);
    if (known !== undefined) {
      return known;
    }
    const type = await typeOf(await wantedHead(readHead), name);
    // The oldest goes: a Map keeps the order in which its entries came.
    const [oldest] = this.types.keys();
    if (oldest !== undefined && this.types.size >= CAPACITY) {
      this.types.delete(oldest);
    }
    this.types.set(key, type);
    return type;
  }
}

async function wantedHead(readHead: ReadHead): Promise<Buffer> {
  const head = await readHead(HEAD_BYTES);
  const wanted = wantedBytes(head);
  return wanted > HEAD_BYTES && head.length === HEAD_BYTES ? readHead(wanted) : head;
}

/** The type that bytes and name tell, with its charset where it is a text in one that is known. */
export async function typeOf(head: Buffer, name: string): Promise<string> {
  const { mime, proof } = decideType(await gatherEvidence(head, name, undefined));
  const isDoubtful = proof === 'nothing' && isSelfEvident(mime) && (await isRecognised(mime));
  const type = isDoubtful ? OCTET_STREAM : mime;
  const first = head.subarray(0, HEAD_BYTES);
  const charset = mimeTypes.charset(type) && charsetOf(first, first.length < HEAD_BYTES);
  const word = servedWord(type, name);
  return charset ? `${word}; charset=${charset}` : word;
}
