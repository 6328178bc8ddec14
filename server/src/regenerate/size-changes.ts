import type { LedgerObject, LedgerRow } from '../ledger/model';
import { keyOf } from '../storage/port';
import { withRandom } from '../types/file-name';
import type { FileFormat, FileRow } from '../types/rows';
import { withPrivacy } from '../upload/commit/row';
import type { AddressedFormat } from '../upload/derive/derived-file';

/** What becomes of the sizes that an image has, once others are made. */
export function changeOf(row: FileRow, made: readonly AddressedFormat[], removesOthers: boolean) {
  const before = Object.entries(row.formats ?? {});
  const isMade = (key: string) => made.some((format) => format.key === key);
  const others = before.filter(([key]) => !isMade(key));
  return {
    kept: Object.fromEntries(removesOthers ? [] : others),
    removed: removesOthers ? others.map(([key]) => key) : [],
    /** Objects that are given up, as soon as the row does not name them any more. */
    replaced: before
      .filter(([key]) => removesOthers || isMade(key))
      .map(([, format]) => withPrivacy(format)),
  };
}

/** Which sizes get a new address. */
export interface Moves {
  /** Those that the file had before: where replaced files get new URLs. */
  replaced: boolean;
  /** Those that it did not have: where something else is stored at their address. */
  added: boolean;
}

/**
 * A size keeps its address, so that its URL stays good, unless it is to get a new one.
 *
 * @param before what the file's row says of that size; undefined of one that it did not have
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

/** Objects as the ledger knows them; those that it does not know, as they are told here. */
export function notedOrAdopted(objects: LedgerObject[], known: LedgerRow | null): LedgerObject[] {
  const noted = new Map((known?.objects ?? []).map((one) => [keyOf(one), one]));
  return objects.map((object) => noted.get(keyOf(object)) ?? object);
}
