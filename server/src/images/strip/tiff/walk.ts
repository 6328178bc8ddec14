import type { Stretch } from '../../heif/boxes';
import type { Directory, Entry, TiffFile } from './file';
import { CAMERA_DIRECTORIES, TAG } from './tags';

/** Maximum number of directories that are read: pages, sub-pages and directories of cameras. */
const MOST_DIRECTORIES = 10_000;

/** Maximum number of entries of all directories together. */
const MOST_ENTRIES = 200_000;

/** Types of a value that is the offset of a directory (TIFF Technical Note 1), in classic TIFF and in BigTIFF. */
const DIRECTORY_TYPES = [13, 18];

/** Walks through the directories of a TIFF, and counts them. */
export class Walk {
  /** Offsets of directories that cannot be read. */
  readonly unread: number[] = [];
  private readonly seen = new Set<number>();
  private entries = 0;

  constructor(private readonly file: TiffFile) {}

  /**
   * All pages and sub-pages. The walk stops where a chain returns to a directory already read, or leads out of the
   * file.
   */
  async pages(): Promise<[Directory, ...Directory[]]> {
    const pages: Directory[] = [];
    const waiting = [await this.file.first()];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const page = await this.take(at);
      if (page) {
        pages.push(page);
        const below = await this.below(page, ({ tag }) => tag === TAG.subDirectories);
        [...below, page.next].forEach((offset) => waiting.push(offset));
      }
    }
    const [first, ...others] = pages;
    if (!first) {
      throw new RangeError('no TIFF page');
    }
    return [first, ...others];
  }

  /** The ranges of camera directories below the pages, and of their values. */
  async doomed(pages: readonly Directory[]): Promise<Stretch[]> {
    const doomed: Stretch[] = [];
    const isDirectory = ({ tag, type }: Entry) =>
      tag !== TAG.subDirectories && (CAMERA_DIRECTORIES.has(tag) || DIRECTORY_TYPES.includes(type));
    const waiting: number[] = [];
    const add = (offsets: readonly number[]) => offsets.forEach((offset) => waiting.push(offset));
    for (const page of pages) {
      add(await this.below(page, isDirectory));
    }
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const directory = await this.take(at);
      if (directory) {
        doomed.push(directory, ...directory.entries.map(({ values }) => values));
        add(await this.below(directory, isDirectory));
      }
    }
    return doomed;
  }

  private async take(at: number): Promise<Directory | null> {
    if (this.seen.has(at)) {
      return null;
    }
    if (this.seen.size === MOST_DIRECTORIES) {
      throw new RangeError('too many TIFF directories');
    }
    this.seen.add(at);
    const directory = await this.file.directory(at);
    if (!directory && at > 0) {
      this.unread.push(at);
    }
    this.entries += directory?.entries.length ?? 0;
    if (this.entries > MOST_ENTRIES) {
      throw new RangeError('too many TIFF entries');
    }
    return directory;
  }

  private async below(
    { entries }: Directory,
    isWanted: (entry: Entry) => boolean
  ): Promise<number[]> {
    const offsets: number[][] = [];
    for (const entry of entries.filter(isWanted)) {
      offsets.push((await this.file.numbers(entry)) ?? []);
    }
    return offsets.flat();
  }
}
