import { namesOf } from '../type-names';

/** Types with the same structure, so that only names distinguish them. */
interface Family {
  types: RegExp;
  /** Whether the name is a better source than the bytes for the type within the family. */
  isNamed?: boolean;
}

/** Archives in zip format: those of Office, LibreOffice, Java and many others. */
const ZIP =
  /^(application\/(zip|java-archive|x-xpinstall|x-cb[rz]|oxps|x-itunes-ipa|x-krita|vnd\.(android\.package-archive|openxmlformats-.+|oasis\.opendocument\.(?!.*flat).+|sun\.xml\..+|openofficeorg\.extension|ms-(excel|word|powerpoint|visio)\..+|ms-xpsdocument|visio|google-earth\.kmz|apple\.(pages|numbers|keynote)|geogebra\.(file|tool)|recordare\.musicxml|etsi\.asic-[es]\+zip|comicbook\+zip|coreldraw|xmind\.workbook|openblox\.game-binary|ms-package\..+|sketchup\.layout|adobe\..*\+zip)|.+\+zip)|model\/(3mf|.+\+zip)|image\/openraster)$/;

const OLE =
  /^(application\/(x-cfb|x-ole-storage|msword|msexcel|mspowerpoint|vnd\.(ms-(excel|powerpoint|works|outlook|project|publisher)|visio)|x-mspublisher|x-msi|x-msdownload)|image\/vnd\.(fpx|mix))$/;

/** Types of raw photos in TIFF format, by extension. The lists of types have no type for these extensions. */
const RAW: Record<string, string> = {
  arw: 'image/x-sony-arw',
  sr2: 'image/x-sony-sr2',
  srf: 'image/x-sony-srf',
  nef: 'image/x-nikon-nef',
  nrw: 'image/x-nikon-nrw',
  pef: 'image/x-pentax-pef',
  ptx: 'image/x-pentax-pef',
  dng: 'image/x-adobe-dng',
  gpr: 'image/x-gopro-gpr',
  cr2: 'image/x-canon-cr2',
  orf: 'image/x-olympus-orf',
  rw2: 'image/x-panasonic-rw2',
  rwl: 'image/x-leica-rwl',
  raw: 'image/x-panasonic-raw',
  srw: 'image/x-samsung-srw',
  '3fr': 'image/x-hasselblad-3fr',
  fff: 'image/x-hasselblad-fff',
  iiq: 'image/x-phaseone-iiq',
  cap: 'image/x-phaseone-cap',
  dcr: 'image/x-kodak-dcr',
  kdc: 'image/x-kodak-kdc',
  k25: 'image/x-kodak-k25',
  erf: 'image/x-epson-erf',
  mef: 'image/x-mamiya-mef',
  mos: 'image/x-leaf-mos',
};

const RAW_TYPES = new Set(Object.values(RAW));

/**
 * Raw types with a mark of their own. The extension `.tif` does not turn them into plain TIFFs. Other raw types are
 * only guessed.
 */
const SURE_RAW = /^image\/x-(adobe-dng|canon-cr2|olympus-orf|panasonic-rw2)$/;

const TIFF = new RegExp(`^(image/tiff|${[...RAW_TYPES].join('|')})$`);

const FAMILIES: readonly Family[] = [
  { types: ZIP, isNamed: true },
  { types: OLE, isNamed: true },
  {
    types: /^application\/(gzip|x-compressed(-tar)?|x-gtar|x-msmetafile|x-ms-wmz)$/,
    isNamed: true,
  },
  { types: /^application\/(pdf|illustrator)$/ },
  { types: /^(application\/(postscript|eps|x-eps)|image\/(x-)?eps)$/ },
  { types: TIFF },
  { types: /^image\/(png|apng|vnd\.mozilla\.apng)$/ },
  { types: /^image\/(jpeg|jpg|pjpeg)$/ },
  { types: /^(image\/(jp2|jpx|jpm|j2c|jph|jphc|hsj2|mj2|x-jp2)|video\/(mj2|jpm))$/ },
  { types: /^image\/(hei[cf](-sequence)?|hej2k|avc[is])$/ },
  { types: /^image\/(jxr[as]?|vnd\.ms-photo)$/ },
  { types: /^video\/(mpeg|mp1s|mp2p|x-ms-vob|dvd)$/i, isNamed: true },
  { types: /^(audio|video)\/(mp4|x-m4[av]|quicktime|3gpp2?|x-f4v|vnd\.dece\..+)$/ },
  { types: /^(audio|video)\/(webm|(x-)?matroska)$/ },
  { types: /^((audio|video)\/ogg|application\/ogg)$/ },
  {
    types:
      /^((audio|video)\/(x-ms-(asf|w[am]\w?)|vnd\.ms-playready\.media\.py[av])|application\/vnd\.ms-asf)$/,
  },
  {
    types: /^(application\/vnd\.rn-realmedia(-vbr)?|(audio|video)\/(x-pn-|vnd\.rn-)real\w+)$/,
    isNamed: true,
  },
  { types: /^(font\/(ttf|otf|sfnt|collection)|application\/x-font-[to]tf)$/ },
  { types: /^audio\/(vnd\.dolby\.dd-raw|e?ac3)$/ },
];

/** Removes the `x-` of unregistered types: some lists have it, others do not. */
const plain = (type: string): string => type.toLowerCase().replace('/x-', '/');

/** Whether two types are equal, or have the same structure. */
export function areKin(one: string, other: string): boolean {
  const isSame = plain(one) === plain(other) || namesOf(one).includes(other);
  return isSame || FAMILIES.some(({ types }) => types.test(one) && types.test(other));
}

/**
 * The type of bytes under a name: if the name stands for another type of the same structure, the file has that type.
 *
 * @param ext extension of the name in lower case, without its dot
 * @param byName type of that extension
 */
export function kinByName(detected: string, ext: string, byName: string | undefined): string {
  if (TIFF.test(detected)) {
    return rawByName(detected, ext, byName);
  }
  const family = FAMILIES.find(({ types, isNamed }) => isNamed && types.test(detected));
  return byName && family?.types.test(byName) ? byName : detected;
}

function rawByName(detected: string, ext: string, byName: string | undefined): string {
  const raw = RAW[ext];
  if (raw) {
    return raw;
  }
  return byName === 'image/tiff' && RAW_TYPES.has(detected) && !SURE_RAW.test(detected)
    ? byName
    : detected;
}

export const isZipKin = (type: string): boolean => ZIP.test(type);
export const isOleKin = (type: string): boolean => OLE.test(type);
