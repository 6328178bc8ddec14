import { nextTurn } from '../util/turns';
import type { VariantFolder } from './variant-folder';
import type { OrphanRows } from './orphan-rows';

interface OrphansDeps {
  rows: Pick<OrphanRows, 'condemnOfDeleted' | 'namesOf' | 'lastId'>;
  folder: Pick<VariantFolder, 'folders' | 'namesIn' | 'remove'>;
  now(): number;
}

/** Time between two searches by this process, in ms. */
const PAUSE = 24 * 3_600_000;

/** Age in ms from which bytes without a row are removed: other instances may be about to use younger ones. */
const OLD = 3_600_000;

/** Number of rows, and of folders, that are looked at in one piece. */
const ROWS = 1000;
const FOLDERS = 50;

/**
 * Finds variants that nothing else removes: rows of files that a query past the plugin has deleted, and bytes without a row.
 * Such bytes stay where a process was killed between two steps, and on the disks of instances that share only the database.
 */
export class Orphans {
  private next: number;

  constructor(private readonly deps: OrphansDeps) {
    // Several instances that start at the same time do not search at the same time.
    this.next = deps.now() + Math.random() * PAUSE;
  }

  /** Searches, once a day. */
  async removeSometimes(): Promise<void> {
    if (this.deps.now() < this.next) {
      return;
    }
    this.next = this.deps.now() + PAUSE;
    await this.remove();
  }

  /** Searches all rows and folders, in pieces between which others get their turn. */
  async remove(): Promise<void> {
    const { rows, folder } = this.deps;
    const last = await rows.lastId();
    for (let from = 0; from <= last; from += ROWS) {
      await rows.condemnOfDeleted(from, from + ROWS);
      await nextTurn();
    }
    for (const isPrivate of [false, true]) {
      for await (const some of folder.folders(isPrivate, FOLDERS)) {
        await this.removeIn(some, isPrivate);
        await nextTurn();
      }
    }
  }

  private async removeIn(hashes: readonly string[], isPrivate: boolean): Promise<void> {
    const { rows, folder, now } = this.deps;
    // The names come first: what gets a name after this has a row already.
    const old: string[] = [];
    for (const hash of hashes) {
      old.push(...(await folder.namesIn(hash, { isPrivate, before: now() - OLD })));
    }
    const used = await rows.namesOf(hashes);
    for (const name of old) {
      if (!used.has(name)) {
        await folder.remove({ name, isPrivate });
      }
    }
  }
}
