import { FILE_UID } from '../config/constants';
import { FileBusy, fileNotFound } from '../errors';
import { isProcessed } from '../images/header/probe';
import { RendererEnded } from '../images/render/renderer';
import type { SizeOptions } from '../images/plan/sizes';
import { withRandom } from '../types/file-name';
import { keyOf, type StagedObject, type Storage, type StoredObject } from '../storage/port';
import type { FileFormat, FileRow } from '../types/rows';
import type { Attempt } from '../attempt/attempt';
import { transact } from '../attempt/transact';
import type { IngestDeps } from '../upload/deps';
import { deriveFormats } from '../upload/derive/derive-file';
import type { Ledger } from '../ledger/ledger';
import type { LedgerObject, LedgerRow } from '../ledger/model';
import {
  addressOf,
  formatsOf,
  orNull,
  placementOf,
  storedObjects,
  withPrivacy,
} from '../upload/commit/row';
import {
  choosesPlaceholder,
  isChosen,
  removesOthers,
  type SizeChoice,
} from '../upload/derive/size-choice';
import type { AddressedFormat } from '../upload/upload';

/** What was done to one file. */
export interface Remade {
  isChanged: boolean;
  /** Names of sizes. */
  made: string[];
  removed: string[];
}

export interface RemakeWishes {
  choice: SizeChoice;
  /** Named sizes of the attributes that the file is linked to. */
  sizes: Record<string, SizeOptions>;
  /** Stops the work: nothing further of it is begun, and nothing is changed. */
  signal: AbortSignal;
}

/** One try of what is wished. */
interface RemakeTry extends RemakeWishes {
  attempt: Attempt;
  /** Whether something that this file does not name is stored where a new size would go. */
  isTaken: boolean;
}

export interface RemakeDeps extends IngestDeps {
  newAttempt(): Attempt;
  /** What is stored already is read there, past any attempt. */
  storage: Pick<Storage, 'open'>;
  ledger: Pick<Ledger, 'storedOf'>;
}

/** How often a file is tried that is changed by others meanwhile, or whose thread has ended. */
const TRIES = 3;

/**
 * Makes sizes of a stored picture anew, as the project is configured now. The original and all that is
 * said of it stay as they are. It is read and decoded without holding the file up; what has been made
 * counts only if the file is still the same then.
 *
 * @returns null for a file that is gone, or is no picture of this storage any more
 * @throws UnreadableObject, RefusedFile for a broken original; NoRoom for one that is too large; RendererEnded;
 *   FileBusy for a file that is changed all the time; the signal's reason; whatever storage and
 *   database throw
 */
export async function remakeSizes(
  id: number,
  wishes: RemakeWishes,
  deps: RemakeDeps
): Promise<Remade | null> {
  let isTaken = false;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const attempt = deps.newAttempt();
    try {
      const remade = await remakeOnce(id, { ...wishes, attempt, isTaken }, deps);
      if (remade !== CHANGED) {
        return remade;
      }
    } catch (error) {
      await attempt.undo();
      if (error instanceof RendererEnded && tries < TRIES - 1) {
        // It may have been another picture's fault.
        continue;
      }
      if (isTaken || (error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
      // Left by somebody else, and maybe somebody else's.
      isTaken = true;
    }
  }
  throw new FileBusy();
}

/** The file was changed while its sizes were made. */
const CHANGED = Symbol('changed');

async function remakeOnce(
  id: number,
  { choice, sizes, signal, attempt, isTaken }: RemakeTry,
  deps: RemakeDeps
): Promise<Remade | null | typeof CHANGED> {
  const source = await readSource(id, attempt, deps);
  if (!source) {
    return null;
  }
  const { row, object, isAsStored } = source;
  const { name, mime, focalPoint } = row;
  const address = addressOf(row);
  const { formats, placeholder } = await deriveFormats(
    {
      file: { name, ext: address.ext, mime, object },
      naming: { address, info: { name, focalPoint }, fixed: {} },
      wishes: {
        context: { focalPoint, sizes },
        size: (key) => isChosen(choice, key, row),
        placeholder: deps.hasPlaceholders && choosesPlaceholder(choice, row),
        isAsStored,
        signal,
      },
    },
    attempt,
    deps
  );
  const change = changeOf(row, formats, removesOthers(choice));
  const made = formats.map(({ key }) => key);
  const { removed } = change;
  const isChanged = made.length > 0 || removed.length > 0 || placeholder !== undefined;
  const remade = { isChanged, made, removed };
  if (!isChanged) {
    await attempt.undo();
    return remade;
  }

  const key = await attempt.hold(id);
  const { version, known } = await versionOf(id, deps);
  if (version !== source.version) {
    await attempt.undo();
    return CHANGED;
  }
  const moves = { replaced: deps.versionedUrls(), added: isTaken };
  const readdressed = formats.map((format) => withHash(format, row.formats?.[format.key], moves));
  const replaced = new Map(change.replaced.map((one) => [keyOf(one), one]));
  const placements = readdressed.map((format) => {
    const place = keyOf(format.address);
    const old: StoredObject | undefined = replaced.get(place);
    replaced.delete(place);
    return { ...placementOf(format), old };
  });
  const placed = await attempt.placeHeld(key, placements);

  let updated: FileRow;
  return transact(
    deps,
    async () => {
      const anew = formatsOf(readdressed, placed.objects);
      const data = {
        formats: orNull({ ...change.kept, ...anew }),
        ...(placeholder === undefined ? {} : { placeholder }),
      };
      updated = await deps.db.query(FILE_UID).update({ where: { id }, data });
      if (!updated) {
        throw fileNotFound();
      }
      const kept = [originalOf(source), ...Object.values(change.kept).map(withPrivacy)];
      await attempt.confirm(placed, row, notedOrAdopted(kept, known));
      await attempt.retire([...replaced.values()]);
      return remade;
    },
    { attempt, announce: () => deps.announce('media.update', updated), log: deps.log }
  );
}

/** What becomes of the sizes that a picture has, once others are made. */
function changeOf(row: FileRow, made: readonly AddressedFormat[], removesOthers: boolean) {
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

/** A picture as it was found: its row, its bytes in a copy of our own. */
interface Source {
  row: FileRow;
  version: string;
  object: StagedObject;
  /** Whether the ledger knows that these are the bytes that were stored. */
  isAsStored: boolean;
}

/**
 * Row and bytes that belong together: while the file is held no other change of it is half done. The
 * bytes, once they are open, stay the same after that.
 */
async function readSource(id: number, attempt: Attempt, deps: RemakeDeps): Promise<Source | null> {
  const reading = deps.newAttempt();
  let row: FileRow | null;
  let version: string;
  let sha256: string | undefined;
  let bytes: AsyncIterable<Uint8Array>;
  await reading.hold(id);
  try {
    const found = await versionOf(id, deps);
    ({ row, version } = found);
    if (!row || row.provider !== deps.provider() || !isProcessed(row.mime)) {
      return null;
    }
    const [original] = storedObjects(row);
    if (!original) {
      return null;
    }
    bytes = await deps.storage.open(original);
    sha256 = found.known?.objects.find((one) => keyOf(one) === keyOf(original))?.sha256;
  } finally {
    await reading.undo();
  }
  const object = await attempt.stage(bytes);
  return { row, version, object, isAsStored: sha256 === object.sha256 };
}

/** What decides what a file's sizes look like, and whether they have been changed; while it is held. */
async function versionOf(id: number, { db, ledger }: RemakeDeps) {
  const known = await ledger.storedOf(id);
  const row: FileRow | null = await db.query(FILE_UID).findOne({ where: { id } });
  const { hash, ext, url, focalPoint, formats } = row ?? {};
  const version = JSON.stringify([known?.key, hash, ext, url, focalPoint, formats]);
  return { row, known, version };
}

/** Which sizes get a new address. */
interface Moves {
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
function withHash(
  format: AddressedFormat,
  before: FileFormat | undefined,
  moves: Moves
): AddressedFormat {
  const { hash } = format.address;
  const isNew = before ? moves.replaced : moves.added;
  const chosen = isNew ? withRandom(hash) : (before?.hash ?? hash);
  return { ...format, address: { ...format.address, hash: chosen } };
}

/** The original as the ledger names it, with what is known of its bytes now. */
function originalOf({ row, object }: Source): LedgerObject {
  const { size: sizeInBytes, sha256 } = object;
  return { ...addressOf(row), url: row.url, sizeInBytes, sha256 };
}

/** Objects as the ledger knows them; those that it does not know, as they are told here. */
function notedOrAdopted(objects: LedgerObject[], known: LedgerRow | null): LedgerObject[] {
  const noted = new Map((known?.objects ?? []).map((one) => [keyOf(one), one]));
  return objects.map((object) => noted.get(keyOf(object)) ?? object);
}
