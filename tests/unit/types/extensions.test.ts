import sharp from 'sharp';
import * as samples from '../../support/samples';
import { bytes, stored, typed } from '../../support/typed';

const ZIP = bytes("'PK' 03 04 14 00 00 00 08 00 [16] 05 00 00 00 'a.txt' [20]");
const JAR = bytes("'PK' 03 04 14 00 [20] 14 00 00 00 'META-INF/MANIFEST.MF' [20]");
const GZIP = bytes('1f 8b 08 00 [4] 00 03 4b 04 00');
const OLE = bytes('d0 cf 11 e0 a1 b1 1a e1 [40]');
const TIFF = bytes("'II*' 00 08 00 00 00 01 00 00 01 04 00 01 00 00 00 05 00 00 00 [4]");
const PROGRAM = bytes("'MZ' [58] 40 00 00 00 'PE' 00 00");
const UNKNOWN = Buffer.from([1, 2, 3, 0xfe, 0, 9]);
const WORDS = Buffer.from('Just a few words.\n');
const PAGE = Buffer.from('<!DOCTYPE html><title>x</title>');
const PDF = samples.pdf();

const all = (content: Buffer, type: string, names: string) =>
  names.split(' ').map((name): [string, string, Buffer] => [name, type, content]);

it.each([
  ...all(ZIP, 'application/zip', 'a.ipa a.sketch a.vssx a.asice a.whl a.foo a.dat a.zip a.xyz123'),
  ...all(ZIP, 'application/vnd.android.package-archive', 'a.apk'),
  ...all(JAR, 'application/vnd.android.package-archive', 'a.apk'),
  ...all(JAR, 'application/java-archive', 'a.jar a.war'),
  ...all(ZIP, 'model/vnd.usdz+zip', 'a.usdz'),
  ...all(ZIP, 'application/vnd.google-earth.kmz', 'a.kmz'),
  ...all(ZIP, 'application/vnd.oasis.opendocument.text', 'a.odt'),
  ...all(ZIP, 'application/epub+zip', 'a.epub'),
  ...all(ZIP, 'application/vnd.apple.pages', 'a.pages'),
  ...all(GZIP, 'application/gzip', 'a.tgz a.gz a.xcfgz a.svg.gz'),
  ...all(OLE, 'application/msword', 'a.doc a.DOC'),
  ...all(OLE, 'application/x-msdownload', 'a.msi'),
  ...all(OLE, 'application/x-cfb', 'a.max'),
  ...all(TIFF, 'image/tiff', 'a.tif a.tiff'),
  ...all(TIFF, 'image/x-nikon-nef', 'a.nef a.NEF'),
  ...all(TIFF, 'image/x-sony-arw', 'a.arw'),
  ...all(TIFF, 'image/x-pentax-pef', 'a.pef'),
  ...all(TIFF, 'image/x-adobe-dng', 'a.dng'),
  ...all(TIFF, 'image/x-canon-cr2', 'a.cr2'),
  ...all(TIFF, 'image/x-samsung-srw', 'a.srw'),
  ...all(PDF, 'application/pdf', 'a.ai a.pdf a.foo'),
  ...all(PAGE, 'text/html', 'a.html a.htm a.doc a.xls a.shtml'),
  ...all(PROGRAM, 'application/x-msdownload', 'a.exe a.dll a.scr a.bare a.ocx a.sys'),
  ...all(OLE, 'application/x-cfb', 'a.msp'),
  ...all(
    bytes("'ITSF' 03 00 00 00 60 00 00 00 01 00 00 00"),
    'application/vnd.ms-htmlhelp',
    'a.chm'
  ),
  ...all(WORDS, 'message/rfc822', 'a.mht a.mhtml'),
  ...all(WORDS, 'text/plain', 'a.url a.inc a.appref-ms a.msc'),
  ...all(bytes('30 82 03 01 30 82 02 01 a0 03 02 01 02'), 'application/pkix-cert', 'a.cer'),
  ...all(WORDS, 'text/javascript', 'a.js a.mjs'),
  ...all(WORDS, 'text/css', 'a.css'),
  ...all(WORDS, 'application/x-httpd-php', 'a.php'),
  ...all(
    WORDS,
    'text/plain',
    'a.py a.rb a.asp a.cgi a.cmd a.htaccess a.phtml a.txt a.ts a.log a.doc'
  ),
  ...all(WORDS, 'application/pls+xml', 'a.pls'),
  ...all(UNKNOWN, 'image/x-tga', 'a.tga'),
  ...all(bytes("'caff' 00 01 00 00"), 'audio/x-caf', 'a.caf'),
  ...all(bytes('76 2f 31 01 02 00 00 00'), 'image/aces', 'a.exr'),
  ...all(bytes("ab 'KTX 20' bb 0d 0a 1a 0a"), 'image/ktx2', 'a.ktx2'),
  ...all(bytes("00 00 00 0c 'jP  ' 0d 0a 87 0a 00 00 00 14 'ftypjp2 ' [8]"), 'image/jp2', 'a.jp2'),
])('%s stays, and is %s', async (name, type, content) => {
  const { mime, ext, served } = await typed(content, name);
  expect([mime, ext]).toEqual([type, /\.[^.]+$/.exec(name)![0]]);
  expect(served.split(';')[0]).toBe(type);
});

describe('letters under which lists know a rare format', () => {
  const SQLITE = bytes("'SQLite format 3' 00 10 00 01 01");
  const VOBSUB = bytes('00 00 01 ba 44 00 04 00 04 01 00 00 03 f8 00 00 01 bd');
  it.each([
    [OLE, 'plan.mpp'],
    [VOBSUB, 'film.sub'],
    [SQLITE, 'tiles.map'],
    [GZIP, 'tiles.map'],
    [ZIP, 'tiles.map'],
    [ZIP, 'project.xer'],
    [PDF, 'a.tap'],
    [TIFF, 'a.pic'],
    ...'dts pic tap fst rip sil dra mdi xm s3m cmx 3ds sub map xer mpp fpx uvi dds'
      .split(' ')
      .map((ext): [Buffer, string] => [WORDS, `a.${ext}`]),
  ])('stay on other files: %# %s', async (content, name) => {
    const { ext, mime, served } = await typed(content, name);
    expect(ext).toBe(/\.[^.]+$/.exec(name)![0]);
    expect(served.split(';')[0]).toBe(mime);
  });

  it.each(
    `jpg jpeg jfif png apng gif webp avif bmp ico tif heic jxl jp2 mp3 m4a aac ogg oga opus wav flac weba mp4 m4v webm ogv
    mov avi mkv 3gp mpg mpeg woff woff2 ttf otf eot`.split(/\s+/)
  )('.%s, which browsers know, goes', async (ext) => {
    expect(await stored(ZIP, `a.${ext}`)).toBe('application/zip .zip');
    expect(await stored(WORDS, `a.${ext}`)).toBe('text/plain .txt');
  });
});

const RUN =
  `html htm xhtml xht shtml svg svgz js mjs cjs php php5 phtml phar pht phps asp aspx ashx asmx jsp jspx cgi pl py rb
  mht mhtml jnlp application appref-ms xbap url website desktop command inc tcl lua msc inf library-ms settingcontent-ms
  ocx sys vxd drv xll msp mst chm
  sh bat cmd exe dll msi com htaccess hta vbs ps1 scr swf wasm xsl css cfm jar class`.split(/\s+/);

it.each(RUN)('.%s never stays on bytes of another kind', async (ext) => {
  const jpeg = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  for (const name of [`a.${ext}`, `a.${ext.toUpperCase()}`, `a.b.${ext}`]) {
    expect(await stored(jpeg, name)).toBe('image/jpeg .jpg');
    expect(await stored(PDF, name)).toBe('application/pdf .pdf');
    expect(await stored(UNKNOWN, name)).toBe('application/octet-stream .bin');
    expect(await stored(UNKNOWN, name, 'text/html')).toBe('application/octet-stream .bin');
    if (ext !== 'jar') {
      expect(await stored(ZIP, name)).toBe('application/zip .zip');
    }
  }
});

it.each('exe dll msi com scr swf wasm jar class ocx sys vxd msp chm'.split(' '))(
  '.%s never stays on a text',
  async (ext) => {
    expect(await stored(WORDS, `a.${ext}`)).toBe('text/plain .txt');
    expect(await stored(Buffer.from('#!/bin/sh\nls'), `a.${ext}`)).toBe('text/plain .txt');
    expect(await stored(PAGE, `a.${ext}`)).toBe('text/html .html');
  }
);

it.each('html htm xhtml xht shtml svg svgz'.split(' '))('.%s needs its markup', async (ext) => {
  expect(await stored(WORDS, `a.${ext}`)).toBe('text/plain .txt');
  expect(await stored(Buffer.from('1 < 2, 3 > 2\n<?php echo 1;'), `a.${ext}`)).toBe(
    'text/plain .txt'
  );
  expect(await stored(Buffer.from('<?php echo 1;'), `a.${ext}`)).toBe('text/plain .txt');
  expect(await stored(Buffer.from('<?xml version="1.0"?><a/>'), `a.${ext}`)).toBe(
    'application/xml .xml'
  );
});

it.each([
  [PROGRAM, 'a.jpg', 'application/x-msdownload .exe'],
  [ZIP, 'a.png', 'application/zip .zip'],
  [ZIP, 'a.txt', 'application/zip .zip'],
  [ZIP, 'a.xml', 'application/zip .zip'],
  [ZIP, 'a.json', 'application/zip .zip'],
  [ZIP, 'a.mp4', 'application/zip .zip'],
  [PDF, 'a.txt', 'application/pdf .pdf'],
  [OLE, 'a.jpg', 'application/x-cfb .bin'],
  [TIFF, 'a.jpg', 'image/tiff .tif'],
  [WORDS, 'a.pdf', 'text/plain .txt'],
  [Buffer.from('<?php echo 1;'), 'a.mp4', 'text/plain .txt'],
  [samples.svg(), 'a.html', 'image/svg+xml .svg'],
  [samples.svg(), 'a.js', 'image/svg+xml .svg'],
  [samples.svg(), 'a.png', 'image/svg+xml .svg'],
])('what misleads is renamed: %# named %s is %s', async (content, name, expected) =>
  expect(await stored(content, name)).toBe(expected)
);

it('an extension without plain letters is none', async () => {
  expect(await stored(PAGE, 'a.php~')).toBe('text/html .html');
  expect(await stored(UNKNOWN, 'a.html ')).toBe('application/octet-stream .bin');
});
