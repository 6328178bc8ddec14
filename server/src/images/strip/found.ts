import { readExif } from '../header/exif';
import type { ReadAt } from '../header/read-at';
import { iptcRights, xmpRights, type Rights } from '../metadata/rights';
import type { Stretch } from '../heif/boxes';

/** Kinds of metadata that may hold rights, in order of precedence. */
const KINDS = ['exif', 'iptc', 'xmp', 'texts'] as const;

type Kind = (typeof KINDS)[number];

/** Maximum number of bytes of a block that are searched. Rights come early in a block. */
export const LOOKED_AT = 256 * 1024;

/**
 * Collects facts from a file's metadata while the file is split: its rights and its orientation. Of each kind, the
 * first block that has a value counts. EXIF takes precedence over IPTC, IPTC over XMP, and XMP over texts.
 */
export class Found {
  /** EXIF orientation, 1 to 8; 1 if there is none. */
  orientation = 1;
  private readonly said: Record<Kind, Rights> = { exif: {}, iptc: {}, xmp: {}, texts: {} };

  /**
   * Adds the facts in an EXIF block.
   *
   * @param block an EXIF block, with or without `Exif\0\0` before it
   */
  exif(block: Buffer): void {
    const { orientation, artist, copyright } = readExif(block);
    this.orientation = this.orientation > 1 ? this.orientation : (orientation ?? 1);
    this.add('exif', { artist, copyright });
  }

  /** Adds EXIF tags that are part of the file itself (TIFF). */
  tags(rights: Rights): void {
    this.add('exif', rights);
  }

  /**
   * Adds the rights in IPTC data.
   *
   * @param block IPTC datasets, or Photoshop resources that hold them
   */
  iptc(block: Buffer): void {
    this.add('iptc', iptcRights(block));
  }

  xmp(packet: Buffer): void {
    this.add('xmp', xmpRights(packet));
  }

  texts(rights: Rights): void {
    this.add('texts', rights);
  }

  /** Reads the first part of a block, up to the limit, and adds its facts. */
  async read(kind: 'exif' | 'iptc' | 'xmp', read: ReadAt, { from, to }: Stretch): Promise<void> {
    this[kind](await read(from, Math.max(0, Math.min(to - from, LOOKED_AT))));
  }

  /** The rights from all blocks together. */
  get rights(): Rights {
    return KINDS.reduceRight<Rights>((all, kind) => ({ ...all, ...this.said[kind] }), {});
  }

  private add(
    kind: Kind,
    { artist, copyright }: Partial<Record<keyof Rights, string | undefined>>
  ) {
    this.said[kind] = {
      ...(artist ? { artist } : {}),
      ...(copyright ? { copyright } : {}),
      ...this.said[kind],
    };
  }
}
