import type { Stretch } from '../../heif/boxes';
import type { Source } from '../../header/read-at';
import { TiffFile, type Directory, type Entry } from './file';
import { pixelsOf } from './pixels';
import { Walk } from './walk';

/** The pages of a TIFF, and the ranges that belong to them. */
export interface Pages {
  file: TiffFile;
  /** All pages and sub-pages, in the order in which they were found. */
  pages: [Directory, ...Directory[]];
  /** Ranges of the pixels. */
  pixels: Stretch[];
  /** Directories written by cameras, and their values. */
  doomed: Stretch[];
}

/**
 * Reads the directories of a TIFF, and finds where its pixels are.
 *
 * @throws RangeError for a file without a page, and for too many directories or values
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
  // Everything after an unreadable directory counts as pixels: decoders may read it.
  pixels.push(walk.unread.map((from) => ({ from: Math.min(from, source.size), to: source.size })));
  return { file, pages, pixels: pixels.flat(), doomed };
}

/** Ranges of values that do not fit into their entries. */
export const outside = (entries: readonly Entry[]): Stretch[] =>
  entries.filter(({ isInline }) => !isInline).map(({ values }) => values);
