import { readExif } from '../../../server/src/images/header/exif';
import { iptcRights, xmpRights } from '../../../server/src/images/metadata/rights';
import {
  decodeForm,
  fileNameOf,
  parametersOf,
} from '../../../server/src/upload/receive/content-disposition';
import { boundaryOf, isMultipart } from '../../../server/src/upload/receive/multipart/boundary';
import { parsePartHeaders } from '../../../server/src/upload/receive/multipart/part-headers';
import { searchFor } from '../../../server/src/usage/file-url';
import { uidOf } from '../../../server/src/links/request';
import {
  cleanName,
  displayName,
  objectHash,
  storableText,
} from '../../../server/src/types/file-name';
import { endOfProlog } from '../../../server/src/types/svg-document';
import { hasMarkup, textKind } from '../../../server/src/types/text-kind';
import { matchesAny } from '../../../server/src/types/type-policy';
import { extensionOf } from '../../../server/src/types/signatures/extensions';
import { charsetOf } from '../../../server/src/types/signatures/text';
import {
  documentKind,
  markedKind,
  pdfMark,
} from '../../../server/src/types/signatures/text-formats';
import { preconditionStatus, rangeCounts } from '../../../server/src/serving/conditions';
import { parseHttpDate } from '../../../server/src/serving/http-date';
import { parseRangeSet, rangesIn } from '../../../server/src/serving/range';
import { privateKeyIn } from '../../../server/src/storage/local-url';
import { trimBlanks } from '../../../server/src/util/text';

/** These functions are loaded with `requireActual`, because the worker's code is not built and has no types. */
const { withoutProlog } = jest.requireActual<{ withoutProlog: (text: string) => string }>(
  '../../../server/workers/svg/entities'
);
const { safeStyleSheet } = jest.requireActual<{
  safeStyleSheet: (text: string, addresses: unknown) => string;
}>('../../../server/workers/svg/css');
const ADDRESSES = { picture: () => null, font: () => null };

const STATE = { etag: '"a-b"', modified: 0 };
const IMAGE = { id: 1, url: 'http://a/b.jpg', hash: 'b_0123456789', formats: null };

/** All functions that parse text from clients, each with the beginning of a text for it. */
const READERS: Array<[name: string, start: string, read: (text: string) => unknown]> = [
  ['trimBlanks', 'a', trimBlanks],
  ['Range', 'bytes=1-2,', (text) => rangesIn(parseRangeSet(text) ?? [], 1e9)],
  ['If-Match', '"a', (text) => preconditionStatus({ 'if-match': text }, STATE)],
  ['If-None-Match', 'W/"a', (text) => preconditionStatus({ 'if-none-match': text }, STATE)],
  ['If-Range', '"a', (text) => rangeCounts({ 'if-range': text }, STATE)],
  ['dates', 'Sun, 06 Nov', parseHttpDate],
  ['Content-Type', 'multipart/form-data', (text) => [isMultipart(text), refused(boundaryOf, text)]],
  ['boundary', 'multipart/form-data; boundary="a', (text) => refused(boundaryOf, text)],
  [
    'Content-Disposition',
    'form-data; name="a',
    (text) => fileNameOf(parametersOf(text, 'form-data')),
  ],
  ['filename*', "UTF-8''a", (text) => fileNameOf(new Map([['filename*', text]]))],
  ['form names', '%22', decodeForm],
  ['part headers', 'A: b\r\nC: ', (text) => refused(parsePartHeaders, Buffer.from(text))],
  ['file names', 'a.b', (text) => [displayName(text), cleanName(text), objectHash(text, '.b')]],
  ['extensions', 'a.', (text) => extensionOf(text, 'text/plain')],
  ['texts of files', 'a', storableText],
  ['types', 'image/', (text) => matchesAny(text, ['image/*', '*/png'])],
  ['kinds of texts', '<', (text) => textKind(text, true)],
  ['markup', '<a', (text) => hasMarkup(text, 'text/plain')],
  ['charsets', 'a', (text) => charsetOf(Buffer.from(text), true)],
  ...['BEGIN:VCARD\r\n', 'WEBVTT\n', 'solid a\n', 'REGEDIT4\n', '<?xml version="1.0"?>'].map(
    (start): (typeof READERS)[number] => [`marks behind ${start.trim()}`, start, markedKind]
  ),
  ['a PGP message', '-----BEGIN PGP MESSAGE-----\n', markedKind],
  ['documents', '%!PS-Adobe-3', documentKind],
  ['PDFs', ' ', pdfMark],
  ['prologs of documents', '<?xml version="1.0"?><!DOCTYPE svg [', endOfProlog],
  ...['<!DOCTYPE svg [', '<!DOCTYPE svg [<!ENTITY a "', '<!DOCTYPE svg [<!ENTITY a "">]><svg '].map(
    (start): (typeof READERS)[number] => [
      `prologs of SVGs behind ${start}`,
      start,
      (text) => refused(withoutProlog, text),
    ]
  ),
  ...['', 'a{', 'a{b:', '@media ', 'a{--b:{'].map((start): (typeof READERS)[number] => [
    `style sheets behind ${start}`,
    start,
    (text) => safeStyleSheet(text, ADDRESSES),
  ]),
  ['private keys', 'private/', privateKeyIn],
  ['ref', 'api::', (text) => uidOf({ ref: text, source: undefined })],
  ['URLs in texts', 'http://a/b', (text) => searchFor(IMAGE).isIn(text)],
  ['URLs of files', 'http://a/', (text) => searchFor({ ...IMAGE, url: text })],
  ['XMP', '<dc:rights><rdf:li>', (text) => xmpRights(Buffer.from(text))],
  ['IPTC', 'Photoshop 3.0\0' + '8BIM', (text) => iptcRights(Buffer.from(text))],
  ['EXIF', 'II*\0\x08\0\0\0', (text) => readExif(Buffer.from(text))],
];

/** Texts that are repeated to make a long text: characters that some of the functions handle specially. */
const FILLERS = [
  ...[' ', '\t', '\r\n ', '"', '\\', '\\"', ';', ',', '1-1,', 'a', '.', '/', '%', '%22', '%41'],
  ...[
    '<',
    '<!',
    '<a',
    '</dc:rights>',
    '&lt;',
    '=',
    '*',
    'W/"',
    "'",
    '#?',
    ' ;',
    '; a="b"',
    '{}',
    '{',
    '(',
    'a(',
    '}',
    '/*',
    '&a;',
    'é',
  ],
];

const refused = <T>(read: (value: T) => unknown, value: T): unknown => {
  try {
    return read(value);
  } catch (error) {
    return error;
  }
};

/** Length of the shorter texts, in characters: Node.js' limit for all headers of a request. */
const LENGTH = 16 * 1024;

/** Processor time that this process needs to read all texts once, in µs. */
function cost(read: (text: string) => unknown, texts: string[]): number {
  const before = process.cpuUsage();
  texts.forEach((text) => read(text));
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * Number of readings of each length. The smallest reading counts. After a few readings the code is compiled. If other
 * processes or garbage collections have disturbed every reading, more readings follow.
 */
const READINGS = { least: 2, most: 40 };

/** Tolerance for the cost of a reading, in µs. The clock and the compiler make smaller differences meaningless. */
const UNCERTAIN = 3_000;

it.each(READERS)(
  '%s: a text that is twice as long costs at most three times as much',
  (_, start, read) => {
    const texts = (length: number) =>
      FILLERS.map((filler) => `${start}${filler.repeat(length / filler.length)}b`);
    const [shortTexts, longTexts] = [texts(LENGTH), texts(2 * LENGTH)];
    let [short, long, most] = [Infinity, Infinity, 0];
    for (let count = 1; count <= READINGS.most; count += 1) {
      short = Math.min(short, cost(read, shortTexts));
      long = Math.min(long, cost(read, longTexts));
      most = 3 * short + UNCERTAIN;
      if (count >= READINGS.least && long <= most) {
        break;
      }
    }
    expect(long).toBeLessThanOrEqual(most);
  }
);
