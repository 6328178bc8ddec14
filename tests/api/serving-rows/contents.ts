import { BIG, CONTENT } from '../../support/served-files';
import { WHOLE, type Expected, type Row } from './row';

const shown = (type: string): Expected => ({
  status: 200,
  headers: {
    'content-type': type,
    'content-disposition': undefined,
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.not.stringContaining('sandbox'),
  },
});

const SANDBOX = expect.stringMatching(/^default-src 'none';.*; sandbox$/);

const download = (type: string, name: string): Expected => ({
  status: 200,
  headers: {
    'content-type': type,
    'content-disposition': `attachment; filename=${name}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': SANDBOX,
  },
});

const saved = (disposition: string): Expected => ({
  status: 200,
  body: CONTENT,
  headers: { 'content-disposition': disposition },
});

/** Requests that show the headers about a file's content for browsers, and file names in URLs and downloads. */
export const CONTENTS: Row[] = [
  ['9110 8.3', 'plain text', 'file.txt', {}, shown('text/plain; charset=utf-8')],
  ['9110 8.3', 'a picture', 'picture.png', {}, shown('image/png')],
  ['9110 8.3', 'a PDF', 'paper.pdf', {}, shown('application/pdf')],
  ['9110 8.3', 'JSON', 'data.json', {}, shown('application/json; charset=utf-8')],
  ['9110 8.3', 'a table', 'table.csv', {}, shown('text/csv; charset=utf-8')],
  ['6266 4.2', 'HTML', 'page.html', {}, download('text/html; charset=utf-8', '"page.html"')],
  ['6266 4.2', 'XHTML', 'page.xhtml', {}, download('application/xhtml+xml', '"page.xhtml"')],
  ['6266 4.2', 'XML', 'feed.xml', {}, download('application/xml', '"feed.xml"')],
  [
    '6266 4.2',
    'a script',
    'script.js',
    {},
    download('text/javascript; charset=utf-8', '"script.js"'),
  ],
  [
    '6266 4.2',
    'a style sheet',
    'style.css',
    {},
    download('text/css; charset=utf-8', '"style.css"'),
  ],
  [
    '6266 4.2',
    'what nobody knows',
    'unnamed',
    {},
    download('application/octet-stream', '"unnamed"'),
  ],
  [
    '9110 8.3',
    'HTML named as a picture',
    'not-a-picture.png',
    {},
    download('text/html; charset=utf-8', '"not-a-picture.png"'),
  ],
  [
    '6266 4.2',
    'an SVG',
    'drawing.svg',
    {},
    {
      status: 200,
      headers: {
        'content-type': 'image/svg+xml',
        'content-disposition': undefined,
        'content-security-policy': SANDBOX,
      },
    },
  ],
  [
    '8187 3.2',
    'a name beyond ASCII',
    '%C3%A4%20b.html',
    {},
    download('text/html; charset=utf-8', `"? b.html"; filename*=UTF-8''%C3%A4%20b.html`),
  ],
  [
    '9110 5.6.4',
    'a name with a quote',
    'a%22b%3Bc.html',
    {},
    download('text/html; charset=utf-8', '"a\\"b;c.html"'),
  ],
  ['6266 4.2', 'as a download', 'file.txt?download', {}, saved('attachment; filename="file.txt"')],
  [
    '6266 4.2',
    'as a download, with nothing',
    'file.txt?download=',
    {},
    saved('attachment; filename="file.txt"'),
  ],
  [
    '6266 4.3',
    'under another name',
    'file.txt?download=other.txt',
    {},
    saved('attachment; filename="other.txt"'),
  ],
  [
    '6266 7',
    'under a name of another type',
    'file.txt?download=setup.exe',
    {},
    saved('attachment; filename="setup.exe.txt"'),
  ],
  [
    '6266 4.3',
    'under a path',
    'file.txt?download=..%2F..%5Cetc%2Fa.txt',
    {},
    saved('attachment; filename="a.txt"'),
  ],
  [
    '9110 5.5',
    'under a name with line ends',
    'file.txt?download=a%0D%0AX-Evil:%201.txt',
    {},
    saved('attachment; filename="aX-Evil: 1.txt"'),
  ],
  [
    '8187 3.2',
    'under a name beyond ASCII',
    'file.txt?download=%E2%82%AC',
    {},
    saved(`attachment; filename="?.txt"; filename*=UTF-8''%E2%82%AC.txt`),
  ],
  [
    '3986 3.4',
    'with another query',
    'file.txt?width=100',
    {},
    { ...WHOLE, headers: { 'content-disposition': undefined } },
  ],
  [
    '9110 8.8.3',
    'an empty file',
    'empty.txt',
    {},
    { status: 200, body: '', headers: { 'content-length': '0' } },
  ],
  [
    '9110 8.6',
    'a large file',
    'big.bin',
    {},
    { status: 200, body: BIG, headers: { 'content-length': '400000' } },
  ],
  ['3986 2.1', 'a name with an escape', '100%25.txt', {}, { status: 200, body: 'percent' }],
  ['3986 2.3', 'letters that need no escape', '%66ile.txt', {}, WHOLE],
  ['3986 3.3', 'a file in a folder', 'sub/inner.txt', {}, { status: 200, body: 'inner' }],
  ['3986 3.3', 'a link of the operator', 'linked.txt', {}, WHOLE],
];
