import { writeExif } from '../header/exif';
import { boxesIn, type Box, type Stretch } from '../heif/boxes';
import type { Source } from '../header/read-at';
import type { Apart, Own, TakeApart } from './apart';
import { Found } from './found';
import { commentsOf } from './jpeg2000';
import { patched, type Fill, type Patch } from './patches';

/** Boxes of JPEG 2000 that stay (ISO/IEC 15444-1, annex I, and 15444-2, annex M), and those of its header. */
const JPEG2000 = new Set(['jP  ', 'ftyp', 'jp2h', 'jp2c', 'jpch', 'jplh', 'rreq']);
const JPEG2000_HEADER = new Set(['ihdr', 'bpcc', 'colr', 'pclr', 'cmap', 'cdef', 'res ']);

/** Boxes of JPEG XL that stay (ISO/IEC 18181-2); what a JPEG is made of again holds that one's metadata. */
const JPEGXL = new Set(['JXL ', 'ftyp', 'jxll', 'jxlc', 'jxlp', 'jxli']);

/** Offset of EXIF's header behind these four bytes. */
const EXIF_OFFSET_BYTES = 4;

/** Codestreams without boxes around them begin so. */
const JPEG2000_SOC = 0xff4f;
const JPEGXL_SOC = 0xff0a;

/**
 * Takes JPEG 2000 apart. It keeps its length: boxes that may not stay become `free` and zeros, comments spaces. It has no
 * place for rights.
 *
 * @throws RangeError for what is no such file
 */
export const takeJpeg2000Apart: TakeApart = async (source) => {
  const changes = new Changes();
  const isBare = (await source.read(0, 2)).readUInt16BE(0) === JPEG2000_SOC;
  const boxes = isBare ? [] : await changes.boxes(source, whole(source), JPEG2000);
  const streams = isBare ? [whole(source)] : [];
  for (const { type, body, to } of boxes) {
    if (type === 'jp2h') {
      await changes.boxes(source, { from: body, to }, JPEG2000_HEADER);
    } else if (type === 'jp2c') {
      streams.push({ from: body, to });
    }
  }
  for (const stream of streams) {
    changes.fills.push(...(await commentsOf(source, stream)));
  }
  return changes.apart(source, new Found());
};

/**
 * Takes JPEG XL apart, in the same way. The rights of its EXIF stay in its place.
 *
 * @throws RangeError for what is no such file
 */
export const takeJpegXlApart: TakeApart = async (source) => {
  const found = new Found();
  const changes = new Changes();
  if ((await source.read(0, 2)).readUInt16BE(0) === JPEGXL_SOC) {
    return changes.apart(source, found);
  }
  await changes.boxes(source, whole(source), JPEGXL);
  for (const { type, body, to } of changes.gone) {
    if (type === 'Exif') {
      await found.read('exif', source.read, { from: body + EXIF_OFFSET_BYTES, to });
    } else if (type === 'xml ') {
      await found.read('xmp', source.read, { from: body, to });
    }
  }
  return changes.apart(source, found, 'Exif');
};

const whole = ({ size }: Source): Stretch => ({ from: 0, to: size });

/** What of a file of boxes is written over. */
class Changes {
  readonly fills: Fill[] = [];
  readonly gone: Box[] = [];

  /**
   * The boxes that stay; the others are to become empty, and what is no box too.
   *
   * @throws RangeError where there is none that stays
   */
  async boxes(source: Source, stretch: Stretch, stay: ReadonlySet<string>): Promise<Box[]> {
    const boxes = await boxesIn(source, stretch);
    const staying = boxes.filter(({ type }) => stay.has(type));
    const last = boxes.at(-1);
    if (!last || staying.length === 0) {
      throw new RangeError('no boxes of this format');
    }
    boxes.filter(({ type }) => !stay.has(type)).forEach((box) => this.gone.push(box));
    this.fills.push({ from: last.to, to: stretch.to });
    return staying;
  }

  /** @param exif type of the box in which rights may stay */
  apart(source: Source, found: Found, exif?: string): Apart {
    const parts = (own: Own) => {
      const block = own.artist || own.copyright ? writeExif({ ...own, orientation: 1 }) : null;
      const rights = Buffer.concat([Buffer.alloc(EXIF_OFFSET_BYTES), block ?? Buffer.alloc(0)]);
      const fits = ({ type, body, to }: Box) => type === exif && to - body >= rights.length;
      const place = block ? this.gone.find(fits) : undefined;
      const patches = this.gone.map((box): Patch =>
        box === place
          ? { at: box.body, bytes: rights }
          : { at: box.from + 4, bytes: Buffer.from('free', 'latin1') }
      );
      const emptied = this.gone.map((box) => ({
        from: box === place ? box.body + rights.length : box.body,
        to: box.to,
      }));
      return patched(source, patches, [...this.fills, ...emptied]);
    };
    return { found, complete: true, parts };
  }
}
