import type { BigIntStats } from 'node:fs';
import mimeTypes from 'mime-types';
import { OCTET_STREAM } from '../types/common-types';
import { decideType, gatherEvidence, isSelfEvident } from '../types/detect-type';
import { servedWord } from '../types/type-names';
import { HEAD_BYTES, wantedBytes } from '../types/signatures/detect';
import { isRecognised } from '../types/signatures/recognised';
import { charsetOf } from '../types/signatures/text';
import { Lru } from '../util/lru';
import { stateKey } from './small-files';

/** Maximum number of entries of the cache, each with a few hundred bytes. */
const CAPACITY = 10_000;

/** Reads the first bytes of a file. */
export type ReadHead = (length: number) => Promise<Buffer>;

/**
 * Caches the Content-Type of files, which is derived from their bytes. If a file is replaced by a file of another type,
 * its URL keeps the old extension, which is then wrong. Entries are keyed by the file's state and name.
 */
export class TypeCache {
  private readonly types = new Lru<string>(CAPACITY);

  /**
   * Returns the Content-Type of a file.
   *
   * @param readHead reads as many first bytes as requested, or the whole file if it is shorter
   */
  async of(stats: BigIntStats, name: string, readHead: ReadHead): Promise<string> {
    const key = `${stateKey(stats)}-${name}`;
    const known = this.types.get(key);
    if (known !== undefined) {
      return known;
    }
    const type = await typeOf(await wantedHead(readHead), name);
    this.types.set(key, type);
    return type;
  }
}

async function wantedHead(readHead: ReadHead): Promise<Buffer> {
  const head = await readHead(HEAD_BYTES);
  const wanted = wantedBytes(head);
  return wanted > HEAD_BYTES && head.length === HEAD_BYTES ? readHead(wanted) : head;
}

/** Returns the type of a file according to its bytes and its name. For a text, the charset is added if it is known. */
export async function typeOf(head: Buffer, name: string): Promise<string> {
  const { mime, proof } = decideType(await gatherEvidence(head, name, undefined));
  const isDoubtful = proof === 'nothing' && isSelfEvident(mime) && (await isRecognised(mime));
  const type = isDoubtful ? OCTET_STREAM : mime;
  const first = head.subarray(0, HEAD_BYTES);
  const charset = mimeTypes.charset(type) && charsetOf(first, first.length < HEAD_BYTES);
  const word = servedWord(type, name);
  return charset ? `${word}; charset=${charset}` : word;
}
