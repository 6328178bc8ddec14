import type { Stretch } from '../../heif/boxes';
import type { Source } from '../../header/read-at';
import { TiffFile, type Directory, type Entry } from './file';
import { pixelsOf } from './pixels';
import { Walk } from './walk';

/** What was found of a TIFF. */
export interface Pages {
  file: TiffFile;
  /** All pages and sub-pages, in the order in which they were found. */
  pages: [Directory, ...Directory[]];
  /** Where pixels are. */
  pixels: Stretch[];
  /** Directories of cameras, and their values. */
  doomed: Stretch[];
}

/**
 * Reads the directories of a TIFF, and finds out where its pixels are.
 *
 * @throws RangeError for a file without a page, and for one with more directories or values than are read
 */
export async function pagesIn(source: Source): Promise<Pages> {
  const file = await TiffFile.open(source);
  const walk = new Walk(file);
  const pages = await walk.pages();
  const doomed = await walk.doomed(pages);
  const pixels: Stretch[][] = [];
  for (const page of pages) {
    pixels.push(await pixelsOf(page, file, source));
  }
  // Decoders may read what is cut off here.
  pixels.push(walk.unread.map((from) => ({ from: Math.min(from, source.size), to: source.size })));
  return { file, pages, pixels: pixels.flat(), doomed };
}

/** Where values are that do not fit into their entries. */
export const outside = (entries: readonly Entry[]): Stretch[] =>
  entries.filter(({ isInline }) => !isInline).map(({ values }) => values);
