import type { Stretch } from '../../heif/boxes';
import type { Source } from '../../header/read-at';
import type { Own } from '../apart';
import { without } from '../intervals';
import type { Part } from '../parts';
import { patched, type Patch } from '../patches';
import type { Directory, Entry } from './file';
import { outside, type Pages } from './pages';
import { stays } from './staying';
import { TAG } from './tags';

/** Rewrites the directories of a TIFF with the rights that stay in them. */
export class Rewriting {
  private readonly patches: Patch[] = [];
  private free: Stretch[];

  constructor(
    private readonly all: Pages,
    private readonly own: Own
  ) {
    const { file, pages, pixels, doomed } = all;
    const entries = pages.flatMap((page) => page.entries);
    const gone = outside(entries.filter((entry) => !stays(entry, this.own)));
    const used = [file.header, ...pages, ...pixels];
    const values = outside(entries.filter((entry) => stays(entry, this.own)));
    this.free = without([...gone, ...doomed], [...used, ...values]);
  }

  /**
   * The parts to store, in order; null if nothing changes.
   *
   * @throws RangeError if a page would have no entries
   */
  async parts(source: Source): Promise<Part[] | null> {
    this.all.pages.forEach((page, index) => this.rewrite(page, index === 0));
    return patched(source, this.patches, this.free);
  }

  private rewrite(page: Directory, isFirst: boolean): void {
    const staying = page.entries.filter((entry) => stays(entry, this.own));
    const slots = page.entries.length - staying.length;
    const added = isFirst ? this.rightsBeside(staying, slots) : [];
    if (slots > 0) {
      const entries = [...staying.map(({ raw }) => raw), ...added];
      if (entries.length === 0) {
        // Decoders refuse an empty directory.
        throw new RangeError('a TIFF page without pixels');
      }
      this.patches.push({ at: page.from, bytes: this.all.file.rewritten(page, entries) });
    }
  }

  /**
   * Returns entries for rights that are missing in the directory: at most one entry for each free slot. The texts of
   * the entries are written into free bytes of the file.
   */
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
