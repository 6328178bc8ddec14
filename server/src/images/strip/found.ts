import { readExif } from '../header/exif';
import type { ReadAt } from '../header/read-at';
import { iptcRights, xmpRights, type Rights } from '../metadata/rights';
import type { Stretch } from '../heif/boxes';

/** Kinds of what tells rights, those first that count more. */
const KINDS = ['exif', 'iptc', 'xmp', 'texts'] as const;

type Kind = (typeof KINDS)[number];

/** Most bytes of a block that are looked at: what it says of rights comes early. */
export const LOOKED_AT = 256 * 1024;

/**
 * What the metadata of a file say, gathered while it is taken apart: whose it is, and how it is held. The first
 * block of a kind that says something counts; EXIF before IPTC, that before XMP, and all before texts.
 */
export class Found {
  /** EXIF's orientation, 1 to 8; 1 where none is said. */
  orientation = 1;
  private readonly said: Record<Kind, Rights> = { exif: {}, iptc: {}, xmp: {}, texts: {} };

  /** An EXIF block, with or without `Exif\0\0` before it. */
  exif(block: Buffer): void {
    const { orientation, artist, copyright } = readExif(block);
    this.orientation = this.orientation > 1 ? this.orientation : (orientation ?? 1);
    this.add('exif', { artist, copyright });
  }

  /** EXIF's tags, where they are a file's own. */
  tags(rights: Rights): void {
    this.add('exif', rights);
  }

  /** IPTC's datasets, or resources of Photoshop that hold them. */
  iptc(block: Buffer): void {
    this.add('iptc', iptcRights(block));
  }

  xmp(packet: Buffer): void {
    this.add('xmp', xmpRights(packet));
  }

  texts(rights: Rights): void {
    this.add('texts', rights);
  }

  /** Reads what of a block is looked at. */
  async read(kind: 'exif' | 'iptc' | 'xmp', read: ReadAt, { from, to }: Stretch): Promise<void> {
    this[kind](await read(from, Math.max(0, Math.min(to - from, LOOKED_AT))));
  }

  /** What is said in all of them together. */
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
