import path from 'node:path';
import mimeTypes from 'mime-types';

/** Names of the same type: registered names, older ones, and those that browsers and systems send. */
const SAME: readonly string[][] = [
  ['application/javascript', 'text/javascript', 'application/x-javascript', 'text/x-javascript'],
  ['application/ecmascript', 'text/ecmascript'],
  ['application/json', 'text/json', 'application/x-json'],
  ['application/xml', 'text/xml'],
  ['application/yaml', 'text/yaml', 'application/x-yaml', 'text/x-yaml'],
  ['application/x-sql', 'application/sql', 'text/x-sql'],
  ['application/rtf', 'text/rtf', 'application/x-rtf'],
  ['application/pdf', 'application/x-pdf'],
  ['application/zip', 'application/x-zip-compressed', 'application/x-zip'],
  ['application/gzip', 'application/x-gzip'],
  ['application/x-bzip2', 'application/bzip2', 'application/x-bzip'],
  ['application/x-tar', 'application/tar'],
  ['application/vnd.rar', 'application/x-rar-compressed', 'application/x-rar'],
  ['application/x-7z-compressed', 'application/x-7z'],
  ['application/x-httpd-php', 'application/x-php', 'application/php', 'text/x-php'],
  ['application/x-sh', 'text/x-sh', 'application/x-shellscript', 'text/x-shellscript'],
  [
    'application/x-msdownload',
    'application/x-dosexec',
    'application/x-msdos-program',
    'application/vnd.microsoft.portable-executable',
  ],
  ['text/csv', 'application/csv', 'text/x-csv'],
  ['text/markdown', 'text/x-markdown'],
  ['text/vcard', 'text/x-vcard'],
  ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  ['image/png', 'image/x-png'],
  ['image/svg+xml', 'image/svg'],
  ['image/bmp', 'image/x-ms-bmp', 'image/x-bmp', 'image/x-windows-bmp'],
  ['image/vnd.microsoft.icon', 'image/x-icon', 'image/ico'],
  ['image/vnd.adobe.photoshop', 'image/x-photoshop', 'application/x-photoshop'],
  ['image/tiff', 'image/tif', 'image/x-tiff'],
  ['audio/mpeg', 'audio/mp3', 'audio/x-mp3', 'audio/mpeg3', 'audio/x-mpeg-3', 'audio/x-mpeg'],
  ['audio/mp4', 'audio/x-m4a', 'audio/m4a'],
  ['audio/wave', 'audio/wav', 'audio/x-wav', 'audio/vnd.wave'],
  ['audio/x-aac', 'audio/aac', 'audio/aacp'],
  ['audio/x-flac', 'audio/flac'],
  ['audio/x-aiff', 'audio/aiff'],
  ['audio/midi', 'audio/x-midi', 'audio/mid'],
  ['audio/ogg', 'audio/x-ogg'],
  ['video/x-msvideo', 'video/avi', 'video/msvideo', 'video/vnd.avi'],
  ['video/x-m4v', 'video/m4v'],
  ['video/x-matroska', 'video/matroska'],
  ['audio/x-matroska', 'audio/matroska'],
  ['audio/ac3', 'audio/vnd.dolby.dd-raw'],
  ['image/apng', 'image/vnd.mozilla.apng'],
  ['video/x-flv', 'video/flv'],
  ['font/ttf', 'application/x-font-ttf', 'font/sfnt', 'application/font-sfnt'],
  ['font/otf', 'application/x-font-otf', 'application/x-font-opentype'],
  ['font/woff', 'application/font-woff', 'application/x-font-woff'],
  ['font/woff2', 'application/font-woff2', 'application/x-font-woff2'],
];

const GROUPS = new Map(SAME.flatMap((group) => group.map((name) => [name, group] as const)));

/** A type or a type pattern in lower case, without parameters such as `charset`. */
export function bareType(type: string): string {
  const [name = ''] = type.split(';');
  return name.trim().toLowerCase();
}

/** All names of a type, beginning with the given name. */
export function namesOf(type: string): readonly string[] {
  const bare = bareType(type);
  return [bare, ...(GROUPS.get(bare) ?? []).filter((name) => name !== bare)];
}

/** Types that Strapi's built-in plugin uses for these extensions (5.54, with mime-types 2.1). */
const WORDS: Record<string, string> = {
  js: 'application/javascript',
  mjs: 'application/javascript',
  sql: 'application/x-sql',
  fdf: 'application/vnd.fdf',
  xfdf: 'application/vnd.adobe.xfdf',
  prc: 'application/x-mobipocket-ebook',
  wav: 'audio/wave',
  aac: 'audio/x-aac',
};

/**
 * The name under which a type is stored. It is the name that the built-in plugin stores for the same extension, since
 * projects compare it.
 *
 * @param name name of the file
 */
export function storedWord(type: string, name: string): string {
  const ext = path.extname(name).slice(1).toLowerCase();
  const word = WORDS[ext];
  const isMeant = word && (mimeTypes.lookup(ext) === type || namesOf(word).includes(type));
  return isMeant ? word : type;
}

/**
 * Names that are stored but not served: scripts are text/javascript (RFC 9239), and some browsers do not know
 * audio/x-aac.
 */
const STORED_ONLY = /^(application\/javascript|audio\/x-aac)$/;

/** The type name with which a file is served: the name in its row, unless browsers know a better name. */
export function servedWord(type: string, name: string): string {
  const word = storedWord(type, name);
  return STORED_ONLY.test(word) ? type : word;
}
