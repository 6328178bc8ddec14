import { cases, file, get, head, postForm, type Step } from '../harness/case';
import * as pictures from '../harness/pictures';

const text = (content = '0123456789'): Step => postForm('/api/upload', file('a.txt', content));

/** Steps that upload ten bytes and then fetch them with these headers. */
const fetched = (headers: Record<string, string> = {}): Step[] => [
  text(),
  (seen) => get(seen.url(0), headers),
];

const typed = (name: string, content: string, type: string): Step[] => [
  postForm('/api/upload', file(name, content, type)),
  (seen) => get(seen.url(0)),
];

/** Steps that upload a photo and then fetch it with a query. */
const photoWith = (query: string): Step[] => [
  async () => postForm('/api/upload', file('p.jpg', await pictures.photo(), 'image/jpeg')),
  (seen) => get(`${seen.url(0)}?${query}`),
];

export const serving = cases({
  'serves a file': fetched(),
  'serves the head of a file': [text(), (seen) => head(seen.url(0))],
  'serves the first bytes': fetched({ range: 'bytes=0-3' }),
  'serves bytes from the middle': fetched({ range: 'bytes=4-' }),
  'serves the last bytes': fetched({ range: 'bytes=-3' }),
  'serves a range past the end': fetched({ range: 'bytes=50-60' }),
  'serves a range in another unit': fetched({ range: 'items=0-3' }),
  'serves a broken range': fetched({ range: 'bytes=a-b' }),
  'serves a file that was not changed': fetched({
    'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT',
  }),
  'serves a file with an unknown etag': fetched({ 'if-none-match': '"other"' }),
  'serves HTML': typed('a.html', '<p>x</p>', 'text/html'),
  'serves a script': typed('a.js', 'alert(1)', 'text/javascript'),
  'serves an SVG': typed('a.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'),
  'serves a PDF': typed('a.pdf', '%PDF-1.4\n%%EOF\n', 'application/pdf'),
  'serves JSON': typed('a.json', '{}', 'application/json'),
  'serves a text with a width in the query': [text(), (seen) => get(`${seen.url(0)}?width=64`)],
  'serves a photo with another query': photoWith('v=1&utm_source=a'),
  'serves a photo with a width in the query': photoWith('width=64'),
  'serves a photo with a wrong width in the query': photoWith('width=wide'),
  'serves a file that is not there': get('/uploads/nothing.txt'),
  'serves a path above the folder': get('/uploads/..%2f..%2fpackage.json'),
  'serves the folder': get('/uploads/'),
  'serves a hidden file': get('/uploads/.gitkeep'),
  'serves a path with a zero byte': get('/uploads/a%00.txt'),
  'serves a broken escape': get('/uploads/%E0%A4%A.txt'),
  'serves a POST': { method: 'POST', path: '/uploads/nothing.txt' },
});
