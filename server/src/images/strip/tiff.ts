import type { Stretch } from '../heif/boxes';
import { TEXT_BYTES } from '../header/exif';
import type { Source } from '../header/read-at';
import type { Apart, Own } from './apart';
import { Found, LOOKED_AT } from './found';
import { bytesIn, doOverlap, joined, without } from './intervals';
import { patched, type Patch } from './patches';
import { pixelsOf } from './tiff-pixels';
import { TiffFile, type Directory, type Entry } from './tiff-file';
import { CAMERA_DIRECTORIES, STAY, TAG } from './tiff-tags';

/** Most pages, sub-pages and directories of cameras that are looked at. */
const MOST_DIRECTORIES = 10_000;

/** Most entries of all of them. */
const MOST_ENTRIES = 200_000;

/** Type of a value that is the offset of a directory (TIFF Technical Note 1), and BigTIFF's. */
const DIRECTORY_TYPES = [13, 18];

/** What was found of a TIFF. */
interface Pages {
  file: TiffFile;
  pages: Directory[];
  /** Where pixels are. */
  pixels: Stretch[];
  /** Directories of cameras, and their values. */
  doomed: Stretch[];
}

/**
 * Takes a TIFF apart. It keeps its length, since offsets go through all of it: entries are taken out of their directories,
 * and values made zeros, but for bytes that something else uses too.
 *
 * @throws RangeError for a file without a page, with too many, or whose directories lie in each other or in pixels
 */
export async function takeTiffApart(source: Source): Promise<Apart> {
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
  const found = await foundIn(pages[0], source);
  const all = { file, pages, pixels: pixels.flat(), doomed };
  const complete = isClear(all) && !(await holdsLeftovers(all, source));
  return { found, complete, parts: (own) => new Rewriting(all, own).parts(source) };
}

/** Bytes that nothing uses, between values and at the end: more of them than alignment asks for are somebody's. */
const MOST_LEFTOVERS = 16;

/** Bytes that are looked at for them. */
const LOOKED_FOR = 256 * 1024;

/**
 * Whether bytes lie in the file that no directory leads to, such as values that an editor has replaced. They stay, since
 * decoders of damaged files read what nobody has told of.
 */
async function holdsLeftovers({ file, pages, pixels, doomed }: Pages, { read, size }: Source) {
  const values = outside(pages.flatMap((page) => page.entries));
  const known = [file.header, ...pages, ...values, ...pixels, ...doomed];
  let [left, found] = [LOOKED_FOR, 0];
  for (const { from, to } of without([{ from: 0, to: size }], known)) {
    const bytes = await read(from, Math.min(to - from, left));
    left -= bytes.length;
    found += bytes.filter((byte) => byte !== 0).length;
    if (left <= 0 || found > MOST_LEFTOVERS) {
      return found > MOST_LEFTOVERS;
    }
  }
  return false;
}

/** Goes through directories, and counts them. */
class Walk {
  /** Offsets at which directories were to be that cannot be read. */
  readonly unread: number[] = [];
  private readonly seen = new Set<number>();
  private entries = 0;

  constructor(private readonly file: TiffFile) {}

  /** All pages and sub-pages. A chain that comes back to itself, or leads out of the file, ends there. */
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

  /** Cameras' directories below the pages, and where their values are. */
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

/** What a page says of rights. */
async function foundIn(page: Directory, { read }: Source): Promise<Found> {
  const found = new Found();
  // Each tag once, however often it comes.
  const entries = new Map(page.entries.map((entry) => [entry.tag, entry]));
  for (const { tag, values } of entries.values()) {
    if (tag === TAG.artist || tag === TAG.copyright) {
      const bytes = await read(values.from, Math.min(values.to - values.from, TEXT_BYTES));
      const text = bytes.toString('utf8').replaceAll('\0', ' ').trim();
      found.tags(tag === TAG.artist ? { artist: text } : { copyright: text });
    } else if (tag === TAG.xmp) {
      await found.read('xmp', read, values);
    } else if (tag === TAG.iptc) {
      await found.read('iptc', read, values);
    } else if (tag === TAG.photoshop) {
      const resources = await read(values.from, Math.min(values.to - values.from, LOOKED_AT));
      found.iptc(Buffer.concat([Buffer.from('Photoshop 3.0\0'), resources]));
    }
  }
  return found;
}

const outside = (entries: readonly Entry[]): Stretch[] =>
  entries.filter(({ isInline }) => !isInline).map(({ values }) => values);

const mayStay = ({ tag }: Entry): boolean =>
  STAY.has(tag) || tag === TAG.artist || tag === TAG.copyright;

/**
 * Whether each private byte is nothing else at the same time, and is known to be where it is said to be.
 *
 * @throws RangeError where directories lie in each other or in pixels: they cannot be rewritten then
 */
function isClear({ file, pages, pixels, doomed }: Pages): boolean {
  const entries = pages.flatMap((page) => page.entries);
  const values = outside(entries.filter(mayStay));
  const structure = [file.header, ...pages];
  if (doOverlap([...structure, ...joined([...values, ...pixels])])) {
    throw new RangeError('TIFF directories that overlap');
  }
  const goes = entries.filter((entry) => !mayStay(entry));
  const gone = joined([...outside(goes), ...doomed]);
  const left = without(gone, [...structure, ...values, ...pixels]);
  return bytesIn(left) === bytesIn(gone) && goes.every(({ unit }) => unit > 0);
}

/** Writes the directories anew, with the rights that are to stay in them. */
class Rewriting {
  private readonly patches: Patch[] = [];
  private free: Stretch[];

  constructor(
    private readonly all: Pages,
    private readonly own: Own
  ) {
    const { file, pages, pixels, doomed } = all;
    const entries = pages.flatMap((page) => page.entries);
    const gone = outside(entries.filter((entry) => !this.stays(entry)));
    const used = [file.header, ...pages, ...pixels];
    const values = outside(entries.filter((entry) => this.stays(entry)));
    this.free = without([...gone, ...doomed], [...used, ...values]);
  }

  async parts(source: Source) {
    this.all.pages.forEach((page, index) => this.rewrite(page, index === 0));
    return patched(source, this.patches, this.free);
  }

  private stays({ tag }: Entry): boolean {
    const { artist, copyright } = this.own;
    return (
      STAY.has(tag) ||
      (tag === TAG.artist && artist !== undefined) ||
      (tag === TAG.copyright && copyright !== undefined)
    );
  }

  private rewrite(page: Directory, isFirst: boolean): void {
    const staying = page.entries.filter((entry) => this.stays(entry));
    const slots = page.entries.length - staying.length;
    const added = isFirst ? this.rightsBeside(staying, slots) : [];
    if (slots > 0) {
      const entries = [...staying.map(({ raw }) => raw), ...added];
      if (entries.length === 0) {
        // Decoders refuse a directory without any.
        throw new RangeError('a TIFF page without pixels');
      }
      this.patches.push({ at: page.from, bytes: this.all.file.rewritten(page, entries) });
    }
  }

  /** Entries of rights that are not there, in as many slots, with their texts in bytes that are free. */
  private rightsBeside(staying: readonly Entry[], slots: number): Buffer[] {
    const { artist, copyright } = this.own;
    return [
      { tag: TAG.copyright, text: copyright },
      { tag: TAG.artist, text: artist },
    ]
      .filter(({ tag, text }) => text && !staying.some((entry) => entry.tag === tag))
      .flatMap(({ tag, text }) => this.textEntry(tag, Buffer.from(`${text}\0`)) ?? [])
      .slice(0, slots);
  }

  private textEntry(tag: number, text: Buffer): Buffer | null {
    const { file } = this.all;
    if (file.fitsInline(text.length)) {
      return file.textEntry(tag, text, 0);
    }
    // Values begin at even offsets (TIFF 6.0, section 2).
    const even = ({ from }: Stretch) => from + (from % 2);
    const place = this.free.find((stretch) => even(stretch) + text.length <= stretch.to);
    if (!place) {
      return null;
    }
    const at = even(place);
    this.free = without(this.free, [{ from: at, to: at + text.length }]);
    this.patches.push({ at, bytes: text });
    return file.textEntry(tag, text, at);
  }
}
