import { lookup } from 'mime-types';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart, send } from '../support/raw';
import { startServer, type Server } from '../support/server';

/*
 * Compares the value of `mime` in a file's row for the 200 most common extensions, because projects compare this value.
 * Image types are compared with real images in the other cases.
 */

const TEXTS =
  words(`txt csv tsv md markdown html htm css js mjs cjs json jsonld xml xsl xslt yaml yml toml ini conf log sql rtf
  tex bib srt vtt ics vcf eml sh bat ps1 py rb php pl java c h cpp cs go rs swift kt tsx jsx vue scss less lua r geojson kml gpx
  webmanifest atom rss xhtml opml map m3u8 mpd torrent pem crt cer asc sub ass nfo diff patch lock env properties gradle proto
  graphql ipynb rmd obj gltf dae step iges`);

const BINARIES =
  words(`pdf doc docx dot dotx xls xlsx xlsm xlt ppt pptx pps ppsx pot odt ods odp odg ott pages numbers key epub
  mobi azw3 djvu xps bmp ico psd ai eps raw cr2 nef arw dng jp2 jxl tga exr hdr mp3 wav ogg oga opus m4a aac flac wma
  aif aiff mid midi amr weba caf mp4 m4v mov avi wmv mkv webm mpg mpeg 3gp 3g2 ogv flv m2ts mts vob zip rar 7z tar gz tgz bz2 xz
  zst jar apk ipa dmg iso exe msi deb rpm bin dll so ttf otf woff woff2 eot glb stl fbx usdz 3ds ply blend dwg dxf kmz shp
  parquet sqlite db wasm swf sketch fig indd p7s der p12 sig gpg pub pcx cur ani emf wmf jfif`);

const NEWER = 'A newer list of types knows the extension.';
const TEXT = 'A text is stored as text, so that browsers show it and no server runs it.';

const NO_PROGRAM = 'Bytes that are no such program do not keep an extension that something runs.';
const NO_PAGE = 'A text without any markup is no page.';

/** Values of `mime` and extensions that differ from the built-in's, and the reasons. */
const DIFFERENCES: Record<string, [word: string, reason: string, ext?: string]> = {
  ...all('jar exe dll msi swf wasm', 'application/octet-stream', NO_PROGRAM, '.bin'),
  ...all('html htm xhtml', 'text/plain', NO_PAGE, '.txt'),
  ...all(
    'bib ps1 py rb cs go swift kt tsx vue r ass diff patch lock env properties',
    'text/plain',
    TEXT
  ),
  ...all('gradle proto graphql rmd', 'text/plain', TEXT),
  ipynb: ['application/x-ipynb+json', NEWER],
  step: ['model/step', NEWER],
  dng: ['image/x-adobe-dng', NEWER],
  jxl: ['image/jxl', NEWER],
  jfif: ['image/pjpeg', NEWER],
  fbx: ['application/vnd.autodesk.fbx', NEWER],
  blend: ['application/x-blender', NEWER],
  m2ts: ['video/mp2t', NEWER],
  mts: [
    'video/mp2t',
    'It is a film of a camera, which the built-in takes for a model in three dimensions.',
  ],
};

function words(list: string): string[] {
  return [...new Set(list.trim().split(/\s+/))];
}

function all(names: string, word: string, reason: string, ext?: string): typeof DIFFERENCES {
  return Object.fromEntries(words(names).map((name) => [name, [word, reason, ext]]));
}

let servers: Server[];
beforeAll(async () => {
  servers = [await startServer({ builtin: true }), await startServer()];
  for (const server of servers) {
    await allowPublic(server, UPLOAD_ACTIONS);
  }
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const text = Buffer.from('hello, this is a text of some letters\n');
const bytes = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37 + 3) % 256));

/** Stores a file as browsers send it. Browsers send the type that belongs to the extension, or no type. */
async function stored(server: Server, name: string, content: Buffer, type: string) {
  const part = { name: 'files', params: `filename="${name}"`, type, content };
  const { status, json } = await send(server.url, {
    headers: MULTIPART,
    chunks: [multipart([part])],
  });
  const [file] = json() as unknown as Array<{ mime: string; ext: string }>;
  expect(status).toBe(201);
  return { mime: file!.mime, ext: file!.ext };
}

it('there are 200 of them', () => {
  expect(TEXTS.length + BINARIES.length).toBeGreaterThanOrEqual(200);
});

it.each([
  ...TEXTS.map((ext) => [ext, text] as const),
  ...BINARIES.map((ext) => [ext, bytes] as const),
])('.%s', async (ext, content) => {
  const types = new Set([lookup(ext) || 'application/octet-stream', 'application/octet-stream']);
  const words: string[] = [];
  for (const type of types) {
    const [builtin, ours] = await Promise.all(
      servers.map((server) => stored(server, `a.${ext}`, content, type))
    );
    words.push(builtin!.mime);
    const [word, , otherExt] = DIFFERENCES[ext] ?? [];
    expect(ours).toEqual({ mime: word ?? builtin!.mime, ext: otherExt ?? builtin!.ext });
  }
  // Each difference in the list must really exist.
  expect(new Set(words)).not.toEqual(new Set([DIFFERENCES[ext]?.[0]]));
});
