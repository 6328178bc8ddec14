import path from 'node:path';
import mimeTypes from 'mime-types';
import { PLAIN_TEXT, SVG } from '../common-types';
import { areKin, isOleKin, isZipKin } from './families';

/** What a file's bytes prove: its type, that it is text, or nothing. */
export type Proof = 'type' | 'text' | 'nothing';

const MAX_EXTENSION = 16;

const words = (list: string): Set<string> => new Set(list.split(/\s+/));

/** Extensions that browsers and servers treat as pages. */
const PAGES = words('html htm xhtml xht xhtm shtml shtm stm');
export const PAGE_TYPES: readonly [string, ...string[]] = ['text/html', 'application/xhtml+xml'];

/**
 * Extensions of texts that browsers, servers or operating systems execute, or that change what servers do. `.cer` is
 * missing, although very old servers executed it: certificates have this extension, and their bytes are of an unknown
 * type.
 */
const SCRIPTS = words(
  `js mjs cjs jsx css xsl xslt htc
  php php2 php3 php4 php5 php6 php7 php8 phps phpt pht phtm phtml phar
  asp aspx asa asax ascx ashx asmx cshtml vbhtml
  jsp jspx jspf jspa jsw jsv jhtml cfm cfml cfc
  cgi fcgi pl py pyw rb rhtml sh bash zsh ksh csh fish
  bat cmd vbs vbe vb jse ws wsf wsh wsc sct ps1 psm1 psd1 hta reg scf
  htaccess
  mht mhtml jnlp application appref-ms xbap url website desktop command inc tcl lua msc inf ins isp ps1xml psc1
  library-ms search-ms settingcontent-ms`
);

const isProgram = (type: string): boolean =>
  /^application\/x-(msdownload|msdos-program)$/.test(type);
const is = (wanted: string) => (type: string) => type === wanted;

/** Extensions of programs, each with a check for the types that it allows. */
const PROGRAMS = new Map<string, (type: string) => boolean>([
  ...[...words('exe dll com scr cpl pif ocx sys vxd drv xll ax efi')].map(
    (ext) => [ext, isProgram] as const
  ),
  ...[...words('jar war ear')].map((ext) => [ext, isZipKin] as const),
  ...[...words('msi msp mst')].map((ext) => [ext, isOleKin] as const),
  ['chm', is('application/vnd.ms-htmlhelp')],
  ['swf', is('application/x-shockwave-flash')],
  ['wasm', is('application/wasm')],
  ['class', is('application/java-vm')],
  ['lnk', is('application/x.ms.shortcut')],
]);

/**
 * Extensions that browsers show or play, or that servers have settings for. Most other extensions belong to rare
 * formats in the lists of types, but people use them for something else. So a wrong extension of a rare format does not
 * count as misleading.
 */
const KNOWN = words(
  `jpg jpeg jpe jfif pjpeg pjp png apng gif webp avif avifs bmp dib ico cur tif tiff heic heif heics heifs jxl jp2 jpf jpx
  jpm j2c jxr wdp wbmp tga psd
  mp3 mp2 mpga m4a m4b mp4a aac adts oga ogg ogx opus spx wav flac weba mka mid midi aif aiff aifc au snd wma caf amr 3gpp
  mp4 mp4v mpg4 m4v webm ogv mov qt avi mkv mk3d 3gp 3g2 mpg mpeg mpe m1v m2v ts mts m2ts m2t flv f4v wmv asf m3u m3u8
  woff woff2 ttf otf ttc eot pdf
  txt text log conf ini csv tsv md markdown js mjs css json jsonld geojson webmanifest yaml yml toml vtt ics vcf
  xml xsl xslt xsd dtd rng rss atom rdf xul wsdl mml mathml kml gpx svg svgz appcache manifest`
);

/** Text types among the types that browsers show or play. Any text may have an extension of these types. */
export const TEXTS =
  /^text\/|[/+](json|xml|yaml|toml|sql|javascript|ecmascript)$|^image\/(vnd\.dxf|x-xbitmap|x-xpixmap|x-portable-\w+|cgm|fits)$|^(audio|video)\/(vnd\.mpegurl|x-mpegurl|mpegurl|x-scpls|x-pn-realaudio(-plugin)?|x-ms-(asf|wax|wmx?|wvx))$/;

/** All text types, including those outside `text/…`. */
export const NAMED_TEXT =
  /^text\/|[/+.-](json|xml|xml-dtd|yaml|toml|sql|javascript|ecmascript|php|sh|csh|perl|tcl)$/;

/** Usual extensions of types for which the library `mime-types` has no extension, or an uncommon one. */
const USUAL: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/aiff': 'aif',
  'audio/ape': 'ape',
  'audio/wavpack': 'wv',
  'audio/matroska': 'mka',
  'video/matroska': 'mkv',
  'video/quicktime': 'mov',
  'video/vnd.avi': 'avi',
  'video/mpeg': 'mpg',
  'video/x-motion-jpeg': 'mjpeg',
  'application/eps': 'eps',
  'application/postscript': 'ps',
  'text/vcard': 'vcf',
  'image/icns': 'icns',
  'image/flif': 'flif',
  'image/x-xcf': 'xcf',
};

/** A name's extension in lower case, without its dot. */
export const extensionIn = (name: string): string => path.extname(name).slice(1).toLowerCase();

/**
 * Whether a file may have an extension. If something executes files with this extension, the bytes must be of that
 * kind. True for all other extensions.
 *
 * @param ext in lower case, without its dot
 * @param mime type of the bytes
 */
export function mayRunAs(ext: string, mime: string, proof: Proof): boolean {
  if (PAGES.has(ext)) {
    return PAGE_TYPES.includes(mime);
  }
  if (ext === 'svg' || ext === 'svgz') {
    return mime === SVG && ext === 'svg';
  }
  if (SCRIPTS.has(ext)) {
    return proof === 'text';
  }
  const isKind = PROGRAMS.get(ext);
  return !isKind || (proof === 'type' && isKind(mime));
}

/**
 * The extension, with its dot, under which a file is stored. It is the extension of the name, unless this has other
 * characters than plain letters and digits, or would make browsers or servers take the bytes for something else. Then
 * it is the usual extension of the type. Empty if neither the name nor the type has one.
 *
 * @param proof what the bytes prove; undefined if they were not examined
 */
export function extensionOf(name: string, mime: string, proof?: Proof): string {
  const own = path.extname(name);
  if (!isPlainExtension(own.slice(1))) {
    return usualExtension(mime);
  }
  const ext = extensionIn(name);
  if (proof === undefined || (mayRunAs(ext, mime, proof) && !misleads(ext, mime, proof))) {
    return own;
  }
  return usualExtension(mime) || '.bin';
}

/** Whether an extension, without its dot, has only plain letters and digits. */
export const isPlainExtension = (ext: string): boolean =>
  /^[A-Za-z0-9_-]+$/.test(ext) && ext.length <= MAX_EXTENSION;

/** Whether browsers or servers treat files with this extension as pages. */
export const isPageName = (ext: string): boolean => PAGES.has(ext);

/** Whether browsers or servers have a special treatment for the extension, but the bytes are something else. */
function misleads(ext: string, mime: string, proof: Proof): boolean {
  const named = proof === 'text' ? typeOfText(ext) : mimeTypes.lookup(ext);
  if (!named || proof === 'nothing' || !KNOWN.has(ext) || areKin(named, mime)) {
    return false;
  }
  return proof === 'text' ? !TEXTS.test(named) : !(mime === SVG && isPlainXml(named));
}

const isPlainXml = (type: string): boolean => /^(application|text)\/xml$/.test(type);

/** Whether some browser treats this type as XML. */
export const isXml = (type: string): boolean => /[/+]xml$|^text\/(xsl|rdf|mathml)$/.test(type);

/** Extensions that both videos and TypeScript files have. */
const TYPESCRIPT = /^[cm]?ts$/;

const typeOfText = (ext: string): string | false =>
  TYPESCRIPT.test(ext) ? PLAIN_TEXT : mimeTypes.lookup(ext);

/** The type for a name's extension; undefined if there is none. */
export function typeOfName(name: string, isText: boolean): string | undefined {
  const ext = extensionIn(name);
  // The library's own lookup also accepts a whole name: "html" without a dot would count as an extension.
  return (ext && (isText ? typeOfText(ext) : mimeTypes.lookup(ext))) || undefined;
}

/** The usual extension with its dot; empty if the type has none. */
export function usualExtension(mime: string): string {
  const usual = USUAL[mime] ?? mimeTypes.extension(mime);
  return usual ? `.${usual}` : '';
}
