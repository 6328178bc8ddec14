import { probe, type Image } from '../../images/header/probe';
import { MachineFault } from '../../images/render/machine-fault';
import { atMost } from '../../util/at-most';
import { Lru } from '../../util/lru';
import { Places } from '../../util/places';
import { SharedWork } from '../shared-work';
import type { KnownOriginal, OriginalCopies, RemoteRow } from './original-copies';
import type { RemoteFiles } from './remote-files';

interface OriginalsDeps {
  files: RemoteFiles;
  copies: OriginalCopies;
  /** Limit above which a file is not fetched, in bytes. */
  maxBytes(): number;
  /** Whether an image can be transformed. */
  isUsable(image: Image | null): image is Image;
  log: { warn(message: string): void };
}

/** Number of originals whose header is kept in memory. */
const MOST = 10_000;

/** How long an original is not fetched again, in ms. */
const PAUSE = { unreadable: 30_000, unusable: 600_000 };

/** Number of originals that are fetched at a time. */
const AT_ONCE = 4;

/** Longest time that a caller waits for an original, in ms. */
const LONGEST_WAIT = 30_000;

/** Number of originals that wait to be fetched. Variants of further ones are not made now. */
const MOST_WAITING = 100;

/** A caller that waits for an original. */
export interface Waiting {
  /** Aborts when the caller needs the original no more. */
  readonly signal?: AbortSignal | undefined;
}

/** Thrown if a file is too large to be fetched. */
class TooLarge extends Error {}

/**
 * Fetches the originals that other providers keep, once for all variants that are asked for at the same time. A fetch ends
 * when no caller waits for it any more.
 */
export class Originals {
  private readonly known = new Lru<KnownOriginal>(MOST);
  /** Times in ms until which originals are not fetched, by their names. */
  private readonly pauses = new Lru<number>(MOST);
  private readonly running = new SharedWork<KnownOriginal | null>();
  private readonly places = new Places(AT_ONCE);

  constructor(private readonly deps: OriginalsDeps) {}

  /**
   * Returns what is known of an original. Fetches it if nothing is known.
   *
   * @returns null if it cannot be read or transformed
   * @throws MachineFault; the reason of the caller's signal
   */
  async of(row: RemoteRow, caller: Waiting): Promise<KnownOriginal | null> {
    const name = nameOf(row);
    const known = this.known.get(name);
    const work = async (all: AbortSignal) => (await this.recorded(row)) ?? this.fetched(row, all);
    return known ?? this.inTime(name, work, caller);
  }

  /**
   * Returns the path of a copy of an original. Fetches it if there is none.
   *
   * @param state of the original, which the copy must have
   * @throws MachineFault if the original has changed, or cannot be fetched; the reason of the caller's signal
   */
  async pathOf(row: RemoteRow, state: string, caller: Waiting): Promise<string> {
    const { copies, files } = this.deps;
    const isPrivate = await files.isPrivate(row.remote);
    const path = await copies.pathOf(row, { state, isPrivate });
    if (path !== null) {
      return path;
    }
    await this.inTime(`again ${nameOf(row)}`, (all) => this.fetched(row, all), caller);
    const fetched = await copies.pathOf(row, { state, isPrivate });
    if (fetched === null) {
      throw new MachineFault('ESTALE', 'The original has changed, or cannot be fetched.');
    }
    return fetched;
  }

  /** Shares work between callers. No caller waits longer than for one fetch. */
  private async inTime(
    name: string,
    work: (all: AbortSignal) => Promise<KnownOriginal | null>,
    { signal }: Waiting
  ): Promise<KnownOriginal | null> {
    const shared = this.running.join(name, work, signal);
    if (!(await atMost(LONGEST_WAIT, shared))) {
      shared.catch(() => {});
      throw new MachineFault('ETIMEDOUT', 'The original could not be fetched in time.');
    }
    return shared;
  }

  /** Whether the bytes of an original are still the same, as far as this project has changed them. */
  async isUnchanged(row: RemoteRow, state: string): Promise<boolean> {
    return (await this.deps.copies.known(row))?.state === state;
  }

  /** Reads what another process, or this one earlier, has recorded of an original. */
  private async recorded(row: RemoteRow): Promise<KnownOriginal | null> {
    const known = await this.deps.copies.known(row);
    if (known) {
      this.known.set(nameOf(row), known);
    }
    return known;
  }

  /** Fetches an original, unless that has failed just before. What is known of it stays if it cannot be fetched. */
  private async fetched(row: RemoteRow, signal: AbortSignal): Promise<KnownOriginal | null> {
    const name = nameOf(row);
    if ((this.pauses.get(name) ?? 0) > Date.now()) {
      return null;
    }
    if (this.places.queued >= MOST_WAITING) {
      throw new MachineFault('EBUSY', 'Too many originals are being fetched.');
    }
    try {
      const found = await this.places.run(() => this.fetch(row, signal), signal);
      if (found) {
        this.known.set(name, found);
      } else {
        this.known.delete(name);
        this.pauses.set(name, Date.now() + PAUSE.unusable);
      }
      return found;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MachineFault) {
        throw error;
      }
      const pause = error instanceof TooLarge ? PAUSE.unusable : PAUSE.unreadable;
      this.pauses.set(name, Date.now() + pause);
      this.deps.log.warn(
        `upload: no variants of "${row.hash}" can be made now, since its original cannot be fetched: ${String(error)}`
      );
      return null;
    }
  }

  private async fetch(row: RemoteRow, signal: AbortSignal): Promise<KnownOriginal | null> {
    const { files, copies, isUsable, maxBytes } = this.deps;
    const isPrivate = await files.isPrivate(row.remote);
    const body = limited(await files.open(row.remote, signal), maxBytes());
    const written = await copies.write(body, isPrivate);
    let isKept = false;
    try {
      // The header alone decides, so no pixels of a hostile image are decoded.
      const image = await probe(written.path, row.mime);
      if (!isUsable(image)) {
        return null;
      }
      if (!(await copies.hasRoom(written))) {
        throw new Error('there is no room for a copy (transforms.cache.maxBytes, or the disk)');
      }
      const known = { state: written.sha256, image, bytes: written.bytes };
      // `keep` removes what it does not keep.
      isKept = true;
      if (!(await copies.keep(row, written, known))) {
        throw new MachineFault('ESTALE', 'The file was changed while it was fetched.');
      }
      return known;
    } finally {
      if (!isKept) {
        await copies.discard(written);
      }
    }
  }
}

/** Names the bytes that a row describes. */
const nameOf = ({ fileId, remote }: RemoteRow): string =>
  JSON.stringify([fileId, remote.hash, remote.ext, remote.version]);

/** Passes bytes on. @throws TooLarge after more than `most` bytes */
async function* limited(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) {
      throw new TooLarge(`it has more than ${most} bytes (transforms.maxBytes)`);
    }
    yield chunk;
  }
}
