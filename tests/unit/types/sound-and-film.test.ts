import { MEDIA_BYTES, wantedBytes } from '../../../server/src/types/signatures/detect';
import { bytes, stored, typed } from '../../support/typed';
import { cpuTime } from '../../support/cpu-time';

/** A box of ISO-BMFF. */
function box(name: string, ...content: Buffer[]): Buffer {
  const inner = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(inner.length + 8);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, inner]);
}
const ftyp = (brand: string) => box('ftyp', bytes(`'${brand}' 00 00 02 00 'isomiso2'`));
const track = (handler: string) =>
  box(
    'trak',
    box('tkhd', Buffer.alloc(84)),
    box('mdia', box('hdlr', bytes(`[8] '${handler}' [13]`)))
  );
const moov = (...handlers: string[]) =>
  box('moov', box('mvhd', Buffer.alloc(100)), ...handlers.map(track));
const mp4 = (brand: string, ...handlers: string[]) =>
  Buffer.concat([ftyp(brand), moov(...handlers), box('mdat', Buffer.alloc(9))]);
const far = (brand: string, ...handlers: string[]) =>
  Buffer.concat([ftyp(brand), box('mdat', Buffer.alloc(MEDIA_BYTES)), moov(...handlers)]);

/** An EBML element of fewer than 127 bytes or of unknown size. */
const element = (id: string, content: Buffer, isOpen = false) =>
  Buffer.concat([
    bytes(id),
    isOpen ? bytes('01 ff ff ff ff ff ff ff') : Buffer.from([0x80 | content.length]),
    content,
  ]);
const webm = (docType: string, ...kinds: number[]) =>
  Buffer.concat([
    element('1a 45 df a3', element('42 82', Buffer.from(docType))),
    element(
      '18 53 80 67',
      Buffer.concat([
        element('ec', Buffer.alloc(100)),
        element(
          '16 54 ae 6b',
          Buffer.concat(kinds.map((kind) => element('ae', element('83', Buffer.from([kind])))))
        ),
        element('1f 43 b6 75', Buffer.alloc(20), true),
      ]),
      true
    ),
  ]);

/** Ogg pages, each of which begins a stream. */
const ogg = (...packets: string[]) =>
  Buffer.concat([
    ...packets.map((packet) => {
      const content = bytes(packet);
      return Buffer.concat([bytes("'OggS' 00 02 [20] 01"), Buffer.from([content.length]), content]);
    }),
    bytes("'OggS' 00 00 [20] 01 05 [5]"),
  ]);

const AUDIO = '40 9e 69 f8 4d 5b cf 11 a8 fd 00 80 5f 5c 44 2b';
const VIDEO = 'c0 ef 19 bc 4d 5b cf 11 a8 fd 00 80 5f 5c 44 2b';
const asf = (...streams: string[]) =>
  bytes(
    `30 26 b2 75 8e 66 cf 11 a6 d9 00 aa 00 62 ce 6c [14] a1 dc ab 8c 47 a9 cf 11 8e e4 00 c0 0c 20 53 65 20 [7] [8]` +
      streams.map((id) => ` 91 07 dc b7 b7 a9 cf 11 8e e6 00 c0 0c 20 53 65 28 [7] ${id}`).join('')
  );

const FRAME = Buffer.concat([bytes('ff fb 90 00'), Buffer.alloc(413)]);
const FLAC = bytes("'fLaC' 80 00 00 22 [34]");
const tag = (size: number, padding = 0) =>
  Buffer.concat([
    bytes("'ID3' 03 00 00"),
    Buffer.from([0, (size >> 14) & 127, (size >> 7) & 127, size & 127]),
    Buffer.alloc(size, 'x'),
    Buffer.alloc(padding),
  ]);
const tagged = (...parts: Buffer[]) => Buffer.concat(parts);

describe('a container of sound and film', () => {
  it.each<
    [what: string, content: Buffer, name: string, declared: string | undefined, expected: string]
  >([
    ['sound of any brand', mp4('isom', 'soun'), 'a.m4a', undefined, 'audio/mp4 .m4a'],
    ['sound named as film', mp4('mp42', 'soun'), 'a.mp4', 'video/mp4', 'audio/mp4 .mp4'],
    ['sound without a name', mp4('iso5', 'soun'), 'blob', 'audio/mp4', 'audio/mp4 .m4a'],
    ['sound of Apple', mp4('M4A ', 'soun'), 'a.m4a', 'audio/x-m4a', 'audio/x-m4a .m4a'],
    ['a book with pictures', mp4('M4B ', 'soun', 'vide'), 'a.m4b', undefined, 'audio/mp4 .m4b'],
    ['sound of a phone', mp4('3gp4', 'soun'), 'a.3gp', undefined, 'audio/3gpp .3gp'],
    ['film', mp4('isom', 'soun', 'vide'), 'a.mp4', undefined, 'video/mp4 .mp4'],
    ['film named as sound', mp4('isom', 'vide'), 'a.m4a', 'audio/mp4', 'video/mp4 .m4a'],
    ['film of QuickTime', mp4('qt  ', 'vide'), 'a.mov', undefined, 'video/quicktime .mov'],
    [
      'film that its name tells more of',
      mp4('isom', 'vide'),
      'a.mov',
      undefined,
      'video/quicktime .mov',
    ],
    ['film named as a picture', mp4('isom', 'vide'), 'a.jpg', undefined, 'video/mp4 .mp4'],
    ['subtitles in reach, no more', mp4('isom', 'sbtl'), 'a.m4a', undefined, 'audio/mp4 .m4a'],
    ['tracks out of reach', far('isom', 'soun'), 'a.m4a', undefined, 'audio/mp4 .m4a'],
    ['tracks out of reach, declared', far('isom', 'soun'), 'a.mp4', 'audio/mp4', 'audio/mp4 .mp4'],
    [
      'tracks out of reach, of another kind',
      far('isom', 'soun'),
      'a.m4a',
      'audio/webm',
      'audio/mp4 .m4a',
    ],
    ['tracks out of reach, unknown', far('isom', 'soun'), 'blob', undefined, 'video/mp4 .mp4'],
    ['pictures that move', ftyp('avis'), 'a.avif', undefined, 'image/avif .avif'],
    ['pictures of phones', ftyp('heic'), 'a.heic', undefined, 'image/heic .heic'],
    ['WebM, sound', webm('webm', 2), 'a.weba', undefined, 'audio/webm .weba'],
    ['a recording', webm('webm', 2), 'blob', 'audio/webm;codecs=opus', 'audio/webm .weba'],
    ['a recording with a name', webm('webm', 2), 'a.webm', 'video/webm', 'audio/webm .webm'],
    ['WebM, film', webm('webm', 2, 1), 'a.webm', undefined, 'video/webm .webm'],
    ['WebM without tracks', webm('webm'), 'a.weba', undefined, 'audio/webm .weba'],
    ['WebM without tracks, declared', webm('webm'), 'a.webm', 'audio/webm', 'audio/webm .webm'],
    ['Matroska, sound', webm('matroska', 2, 17), 'a.mka', undefined, 'audio/matroska .mka'],
    ['Matroska, film', webm('matroska', 1), 'a.mkv', undefined, 'video/matroska .mkv'],
    ['EBML of another kind', webm('other', 1), 'a.dat', undefined, 'application/octet-stream .dat'],
    ['Opus', ogg("'OpusHead'"), 'a.opus', 'audio/ogg; codecs=opus', 'audio/ogg .opus'],
    ['Vorbis', ogg("01 'vorbis'"), 'a.ogg', undefined, 'audio/ogg .ogg'],
    ['FLAC in Ogg', ogg("7f 'FLAC'"), 'a.oga', undefined, 'audio/ogg .oga'],
    [
      'sound before film in Ogg',
      ogg("01 'vorbis'", "80 'theora'"),
      'a.ogg',
      undefined,
      'video/ogg .ogg',
    ],
    [
      'Ogg with an index first',
      ogg("'fishead' 00", "'Speex   '"),
      'a.spx',
      undefined,
      'audio/ogg .spx',
    ],
    ['Ogg of an unknown kind', ogg("'other'"), 'a.ogv', undefined, 'video/ogg .ogv'],
    ['Windows Media, film', asf(AUDIO, VIDEO), 'a.wmv', undefined, 'video/x-ms-wmv .wmv'],
    ['Windows Media, sound', asf(AUDIO), 'a.wma', undefined, 'audio/x-ms-wma .wma'],
    ['MPEG', bytes('00 00 01 ba 44 00 04 00 04 01'), 'a', undefined, 'video/mpeg .mpg'],
    ['MPEG of a disc', bytes('00 00 01 ba 21 00 01'), 'a.vob', undefined, 'video/x-ms-vob .vob'],
    ['Windows Media of its general name', asf(VIDEO), 'a.asf', undefined, 'video/x-ms-asf .asf'],
    ['MP3', tagged(FRAME, FRAME), 'a.mp3', undefined, 'audio/mpeg .mp3'],
    ['MP3 without a name', tagged(FRAME, FRAME), 'a', undefined, 'audio/mpeg .mp3'],
    [
      'MP3 behind zeros',
      tagged(Buffer.alloc(900), FRAME, FRAME),
      'a',
      undefined,
      'audio/mpeg .mp3',
    ],
    ['MP3 behind a tag', tagged(tag(200), FRAME, FRAME), 'a.mp3', undefined, 'audio/mpeg .mp3'],
    [
      'MP3 behind a picture',
      tagged(tag(MEDIA_BYTES + 9), FRAME),
      'a.mp3',
      undefined,
      'audio/mpeg .mp3',
    ],
    ['MP3 behind padding', tagged(tag(20, 9000), FRAME, FRAME), 'a', undefined, 'audio/mpeg .mp3'],
    [
      'MP3 behind two tags',
      tagged(tag(9), tag(5000, 9), FRAME, FRAME),
      'a',
      undefined,
      'audio/mpeg .mp3',
    ],
    ['FLAC behind a tag', tagged(tag(9), FLAC), 'a.flac', undefined, 'audio/flac .flac'],
    ['FLAC behind a tag, named MP3', tagged(tag(9), FLAC), 'a.mp3', undefined, 'audio/flac .flac'],
    [
      'FLAC behind a picture',
      tagged(tag(MEDIA_BYTES), FLAC),
      'a',
      'audio/flac',
      'audio/flac .flac',
    ],
    [
      'FLAC behind a picture, named',
      tagged(tag(MEDIA_BYTES), FLAC),
      'a.flac',
      undefined,
      'audio/x-flac .flac',
    ],
    [
      'a tag before nothing known',
      tagged(tag(9), Buffer.alloc(9, 1)),
      'a.png',
      undefined,
      'audio/mpeg .mp3',
    ],
  ])('%s is what it is', async (_what, content, name, declared, expected) => {
    expect(await stored(content, name, declared)).toBe(expected);
    if (declared === undefined) {
      const { mime, served } = await typed(content, name);
      expect(served).toBe(mime);
    }
  });

  it.each([
    ['boxes without a size', Buffer.concat([ftyp('isom'), Buffer.alloc(MEDIA_BYTES)])],
    ['boxes of one byte', Buffer.concat([ftyp('isom'), bytes("00 00 00 01 'moov' [12] 01")])],
    [
      'boxes that hold themselves',
      Buffer.concat([ftyp('isom'), ...Array<Buffer>(9000).fill(bytes("00 00 00 08 'moov'"))]),
    ],
    [
      'a box up to the end',
      Buffer.concat([ftyp('isom'), bytes("00 00 00 00 'moov'"), track('soun')]),
    ],
    ['elements without an end', bytes('1a 45 df a3 01 ff ff ff ff ff ff ff 42 82 ff')],
    ['elements of no length', Buffer.concat([webm('webm'), Buffer.alloc(MEDIA_BYTES)])],
    [
      'pages without packets',
      Buffer.concat(Array<Buffer>(3000).fill(bytes("'OggS' 00 02 [20] 00"))),
    ],
    ['objects without a size', asf(`${AUDIO}`).fill(0, 46, 54)],
    ['tags in tags', Buffer.concat(Array<Buffer>(6000).fill(tag(0)))],
    ['half a tag', bytes("'ID3' 03 00 00 7f 7f")],
  ])('that lies about %s costs no more than its bytes', async (_what, content) => {
    expect(await cpuTime(() => typed(content, 'a.dat'), 200)).toBeLessThan(200);
  });
});

it.each([
  ['sound', mp4('isom', 'soun'), MEDIA_BYTES],
  ['a recording', webm('webm', 2), MEDIA_BYTES],
  ['a picture in boxes', ftyp('avif'), 4100],
  ['a text', Buffer.from('words'), 4100],
])('of %s is read as much as tells its type', (_what, content, wanted) =>
  expect(wantedBytes(content)).toBe(wanted)
);

describe('JPEGs one behind the other', () => {
  const JPEG = bytes("ff d8 ff e0 00 10 'JFIF' 00 01 01 00 00 01 00 01 00 00 ff d9");
  const FRAMES = Buffer.concat([JPEG, JPEG, JPEG]);

  it.each(['a.mjpeg', 'a.MJPG', 'a.mjp'])('are a recording under the name %s', async (name) => {
    const { mime, ext, served } = await typed(FRAMES, name);
    expect([mime, ext, served]).toEqual([
      'video/x-motion-jpeg',
      name.slice(1),
      'video/x-motion-jpeg',
    ]);
  });

  it.each(['a', 'a.jpg'])('are one named %s where the client says so', async (name) => {
    const { mime, served } = await typed(FRAMES, name, 'video/x-motion-jpeg');
    expect([mime, served]).toEqual(['video/x-motion-jpeg', 'video/x-motion-jpeg']);
  });

  it.each(['a', 'a.jpg', 'a.mpo'])('are a picture named %s', async (name) =>
    expect((await typed(FRAMES, name)).mime).toBe('image/jpeg')
  );

  it('are no recording for a name on other bytes', async () => {
    expect(await stored(Buffer.from('words'), 'a.mjpeg')).toBe('text/plain .mjpeg');
  });
});
