import sharp, { type Sharp } from 'sharp';

/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2). */
function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const full = (type: string, version: number, ...parts: Buffer[]): Buffer =>
  box(type, Buffer.from([version, 0, 0, 0]), ...parts);

const u8 = (...values: number[]): Buffer => Buffer.from(values);
const u16 = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 0xff])));
const u32 = (...values: number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    })
  );

/** Finds the first box of a type, at any depth. */
function find(data: Buffer, type: string): Buffer {
  const at = data.indexOf(type, 0, 'latin1') - 4;
  return data.subarray(at, at + data.readUInt32BE(at));
}

/** An encoded image that is used for each tile of a grid. */
interface Tile {
  data: Buffer;
  width: number;
  height: number;
  /** Item type, type of the box with the codec's settings, and brand of the file format. */
  kind: { item: string; config: string; brand: string };
}

const AVIF = { item: 'av01', config: 'av1C', brand: 'avif' };
export const HEIC = { item: 'hvc1', config: 'hvcC', brand: 'heic' };

/**
 * An AVIF that is a grid of equal tiles, like the files of phones and cameras.
 *
 * @param tile image that is encoded once and used for each place in the grid
 * @param columns number of columns, at most 255; the number of rows has the same limit
 * @param colour code points of the colour space (ITU-T H.273)
 */
export async function gridAvif(
  tile: Sharp,
  columns: number,
  rows: number,
  colour = SRGB
): Promise<Buffer> {
  const { data, info } = await tile
    .avif({ effort: 0, chromaSubsampling: '4:2:0' })
    .toBuffer({ resolveWithObject: true });
  return gridOf(
    { data, width: info.width, height: info.height, kind: AVIF },
    columns,
    rows,
    colour
  );
}

const SRGB = { primaries: 1, transfer: 13 };

/** Makes a grid of an image that is already encoded (ISO/IEC 23008-12, 6.6.2.3). */
export function gridOf(
  { data, width, height, kind }: Tile,
  columns: number,
  rows: number,
  { primaries, transfer } = SRGB
): Buffer {
  const pixels = find(data, 'mdat').subarray(8);
  const count = columns * rows;
  const tiles = Array.from({ length: count }, (_, index) => index + 2);
  const size = [width * columns, height * rows] as const;
  const grid = Buffer.concat([u8(0, 0, rows - 1, columns - 1), u16(size[0], size[1])]);
  const entry = (id: number, type: string) =>
    full('infe', 2, u16(id, 0), Buffer.from(`${type}\0`, 'latin1'));
  const ipco = box(
    'ipco',
    full('ispe', 0, u32(...size)),
    full('ispe', 0, u32(width, height)),
    find(data, kind.config),
    find(data, 'pixi'),
    box('colr', Buffer.from('nclx', 'latin1'), u16(primaries, transfer, 6), u8(0x80))
  );
  const associations = [
    Buffer.concat([u16(1), u8(3, 1, 4, 5)]),
    ...tiles.map((id) => Buffer.concat([u16(id), u8(4, 2, 0x80 | 3, 4, 5)])),
  ];
  const meta = (start: number) =>
    full(
      'meta',
      0,
      full('hdlr', 0, u32(0), Buffer.from('pict', 'latin1'), u32(0, 0, 0), u8(0)),
      full('pitm', 0, u16(1)),
      full(
        'iloc',
        1,
        u16(0x4400, count + 1),
        u16(1, 1, 0, 1),
        u32(0, grid.length),
        ...tiles.map((id) => Buffer.concat([u16(id, 0, 0, 1), u32(start, pixels.length)]))
      ),
      full('iinf', 0, u16(count + 1), entry(1, 'grid'), ...tiles.map((id) => entry(id, kind.item))),
      full('iref', 0, box('dimg', u16(1, count), u16(...tiles))),
      box('iprp', ipco, full('ipma', 0, u32(count + 1), ...associations)),
      box('idat', grid)
    );
  const ftyp = box('ftyp', Buffer.from(`${kind.brand}\0\0\0\0${kind.brand}mif1miaf`, 'latin1'));
  const start = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(start), box('mdat', pixels)]);
}

/** A small image that is encoded fast. */
export const tile = (side = 64): Sharp =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#c83214' } });
