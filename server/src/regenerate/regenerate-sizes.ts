import type { Attempt } from '../attempt/attempt';
import { withAttempt } from '../attempt/with-attempt';
import { FILE_UID } from '../config/constants';
import { FileBusy } from '../errors';
import type { SizeOptions } from '../images/plan/sizes';
import { RendererEnded } from '../images/render/renderer';
import { commitHeldFile, placeOver, type CommitDeps } from '../upload/commit/commit';
import { addressOf, withPrivacy } from '../storage/stored-objects';
import { formatsOf, orNull, placementOf } from '../upload/commit/row';
import type { DeriveDeps } from '../upload/derive/derive';
import { deriveFormats } from '../upload/derive/derive-file';
import {
  choosesPlaceholder,
  isChosen,
  removesOthers,
  type SizeChoice,
} from '../upload/derive/size-choice';
import { changeOf, notedOrAdopted, withHash } from './size-changes';
import { originalOf, readSource, versionOf, type Source, type SourceDeps } from './source';

/** The result for one file. */
export interface RegeneratedFile {
  isChanged: boolean;
  /** Names of the sizes that were made or removed. */
  made: string[];
  removed: string[];
}

export interface SizesOptions {
  choice: SizeChoice;
  /** Named sizes of the attributes that the file is linked to. */
  sizes: Record<string, SizeOptions>;
  /** A signal that stops the work: after the abort no new step begins, and nothing is changed. */
  signal: AbortSignal;
}

/** Options of one try to make the sizes. */
interface Try extends SizesOptions {
  attempt: Attempt;
  /** Whether the address of a new size is taken by an object that this file does not name. */
  isTaken: boolean;
}

export interface RegenerateDeps extends Pick<SourceDeps, 'newAttempt' | 'storage' | 'ledger'> {
  derive: DeriveDeps;
  commit: CommitDeps;
  /** Whether a replaced file gets a new URL. Otherwise it keeps its old URL. */
  versionedUrls(): boolean;
}

/**
 * How often the work on a file is tried if other requests change the file meanwhile, or if the renderer thread ends.
 */
const TRIES = 3;

/** Thrown if the file was changed while its sizes were made. */
class ChangedMeanwhile extends Error {}

/**
 * Makes the sizes of a stored image again, with the current configuration. The original and the columns that
 * describe it do not change. The image is read and decoded without holding the file. The new sizes are stored only
 * if the file is still unchanged.
 *
 * @returns null for a file that no longer exists, or is not an image of this storage
 * @throws UnreadableObject; RefusedFile for a broken original; NoRoom for an original that is too large;
 *   RendererEnded; FileBusy for a file that is changed at each try; the signal's reason; any error of the storage
 *   or the database
 */
export async function regenerateSizes(
  id: number,
  options: SizesOptions,
  deps: RegenerateDeps
): Promise<RegeneratedFile | null> {
  let isTaken = false;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return await withAttempt(deps.newAttempt, (attempt) =>
        regenerateOnce(id, { ...options, attempt, isTaken }, deps)
      );
    } catch (error) {
      if (error instanceof ChangedMeanwhile) {
        continue;
      }
      if (error instanceof RendererEnded && tries < TRIES) {
        // Tries again, since another image may have caused the end of the thread.
        continue;
      }
      if (isTaken || (error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
      // The object at that address may belong to another file, which still needs it. The next try uses a new address.
      isTaken = true;
    }
  }
  throw new FileBusy();
}

async function regenerateOnce(
  id: number,
  wanted: Try,
  deps: RegenerateDeps
): Promise<RegeneratedFile | null> {
  const { choice, attempt, isTaken } = wanted;
  const { db, provider } = deps.commit;
  const sourceDeps = { ...deps, db, provider };
  const source = await readSource(id, attempt, sourceDeps);
  if (!source) {
    return null;
  }
  const { row } = source;
  const { formats, placeholder } = await deriveFrom(source, wanted, deps.derive);
  const change = changeOf(row, formats, removesOthers(choice));
  const made = formats.map(({ key }) => key);
  const { removed } = change;
  const isChanged = made.length > 0 || removed.length > 0 || placeholder !== undefined;
  if (!isChanged) {
    // There is nothing to commit. This call discards the copy of the original.
    await attempt.undo();
    return { isChanged, made, removed };
  }

  const key = await attempt.hold(id);
  const { version, known } = await versionOf(id, sourceDeps);
  if (version !== source.version) {
    throw new ChangedMeanwhile();
  }
  const moves = { replaced: deps.versionedUrls(), added: isTaken };
  const readdressed = formats.map((format) => withHash(format, row.formats?.[format.key], moves));
  const staying = [originalOf(source), ...Object.values(change.kept).map(withPrivacy)];
  await commitHeldFile(
    {
      held: { key, row },
      ...placeOver(readdressed.map(placementOf), change.replaced),
      staying: notedOrAdopted(staying, known),
      async write(published) {
        const anew = formatsOf(readdressed, published);
        const data = {
          formats: orNull({ ...change.kept, ...anew }),
          ...(placeholder === undefined ? {} : { placeholder }),
        };
        return db.query(FILE_UID).update({ where: { id }, data });
      },
    },
    { event: 'media.update' },
    { attempt, deps: deps.commit }
  );
  return { isChanged, made, removed };
}

/** Makes and stages the sizes that are asked for. */
function deriveFrom(
  { row, object, isAsStored }: Source,
  { choice, sizes, signal, attempt }: Try,
  deps: DeriveDeps
) {
  const { name, mime, focalPoint } = row;
  const address = addressOf(row);
  return deriveFormats(
    {
      file: { name, ext: address.ext, mime, object },
      naming: { address, info: { name, focalPoint }, fixed: {} },
      options: {
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
}
