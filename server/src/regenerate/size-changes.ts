import type { LedgerObject, LedgerRow } from '../ledger/model';
import { keyOf } from '../storage/port';
import { withRandom } from '../types/file-name';
import type { FileFormat, FileRow } from '../types/rows';
import { withPrivacy } from '../storage/stored-objects';
import type { AddressedFormat } from '../upload/derive/derived-file';

/** Decides which of an image's existing sizes are kept, removed or replaced. */
export function changeOf(row: FileRow, made: readonly AddressedFormat[], removesOthers: boolean) {
  const before = Object.entries(row.formats ?? {});
  const isMade = (key: string) => made.some((format) => format.key === key);
  const others = before.filter(([key]) => !isMade(key));
  return {
    kept: Object.fromEntries(removesOthers ? [] : others),
    removed: removesOthers ? others.map(([key]) => key) : [],
    /** Objects that are removed after the row no longer names them. */
    replaced: before
      .filter(([key]) => removesOthers || isMade(key))
      .map(([, format]) => withPrivacy(format)),
  };
}

/** Which sizes get a new address. */
export interface Moves {
  /** Whether sizes that the file had before get a new address: true if replaced files get new URLs. */
  replaced: boolean;
  /** Whether sizes that the file did not have get a new address: true if another object has the first address. */
  added: boolean;
}

/**
 * Sets the address of a size. A size keeps its address, so that its URL stays valid, unless `moves` asks for a new one.
 *
 * @param before the size in the file's row; undefined for a size that the file did not have
 */
export function withHash(
  format: AddressedFormat,
  before: FileFormat | undefined,
  moves: Moves
): AddressedFormat {
  const { hash } = format.address;
  const isNew = before ? moves.replaced : moves.added;
  const chosen = isNew ? withRandom(hash) : (before?.hash ?? hash);
  return { ...format, address: { ...format.address, hash: chosen } };
}

/** Returns the objects as the ledger describes them. Objects that the ledger does not know are returned unchanged. */
export function notedOrAdopted(objects: LedgerObject[], known: LedgerRow | null): LedgerObject[] {
  const noted = new Map((known?.objects ?? []).map((one) => [keyOf(one), one]));
  return objects.map((object) => noted.get(keyOf(object)) ?? object);
}
