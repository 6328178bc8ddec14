import { writeExif } from '../header/exif';
import { boxesIn, type Box, type Stretch } from '../heif/boxes';
import type { Source } from '../header/read-at';
import type { Apart, Own, TakeApart } from './apart';
import { Found } from './found';
import { commentsOf } from './jpeg2000';
import { patched, type Fill, type Patch } from './patches';

/**
 * Types of boxes of JPEG 2000 that stay (ISO/IEC 15444-1, annex I, and 15444-2, annex M), and types of boxes that stay
 * in its header.
 */
const JPEG2000 = new Set(['jP  ', 'ftyp', 'jp2h', 'jp2c', 'jpch', 'jplh', 'rreq']);
const JPEG2000_HEADER = new Set(['ihdr', 'bpcc', 'colr', 'pclr', 'cmap', 'cdef', 'res ']);

/**
 * Types of boxes of JPEG XL that stay (ISO/IEC 18181-2). The box for restoring a JPEG does not stay, since it holds
 * that JPEG's metadata.
 */
const JPEGXL = new Set(['JXL ', 'ftyp', 'jxll', 'jxlc', 'jxlp', 'jxli']);

/** Number of bytes of the field before an EXIF block that says where the block's header begins. */
const EXIF_OFFSET_BYTES = 4;

/** First two bytes of codestreams without boxes around them. */
const JPEG2000_SOC = 0xff4f;
const JPEGXL_SOC = 0xff0a;

/**
 * Splits a JPEG 2000. The file keeps its length: removed boxes become `free` boxes of zeros, comments become spaces. A
 * JPEG 2000 has no place for rights.
 *
 * @throws RangeError if the file is no JPEG 2000
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
 * Splits a JPEG XL in the same way as `takeJpeg2000Apart` splits a JPEG 2000. The rights in the EXIF block stay: a new
 * block with only the rights is written in place of the old block.
 *
 * @throws RangeError if the file is no JPEG XL
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

/** Collects the ranges to overwrite in a file of boxes. */
class Changes {
  readonly fills: Fill[] = [];
  readonly gone: Box[] = [];

  /**
   * Returns the boxes that stay. Notes the other boxes, and bytes that are no box, to be emptied.
   *
   * @throws RangeError if no box stays
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

  /**
   * Returns the split file.
   *
   * @param exif type of the box that may hold rights
   */
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
