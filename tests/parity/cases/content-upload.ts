import * as samples from '../../support/samples';
import { MULTIPART, multipart, type Part } from '../../support/raw';
import { cases, file, postForm, type Step } from '../harness/case';
import * as pictures from '../harness/pictures';
import { withoutPixels } from '../../support/samples';

const form = (...parts: Part[]): Step => postForm('/api/upload', ...parts);

/** A step that uploads one file whose content is made asynchronously. */
const made =
  (name: string, make: () => Promise<Buffer> | Buffer, type: string): Step =>
  async () =>
    postForm('/api/upload', file(name, await make(), type));

const raw = (body: string | Buffer, headers: Record<string, string> = MULTIPART): Step => ({
  method: 'POST',
  path: '/api/upload',
  headers,
  body,
});

const kinds = cases({
  'uploads a text file': form(file('a.txt')),
  'uploads two files': form(file('a.txt'), file('b.txt')),
  'uploads a photo': made('photo.jpg', pictures.photo, 'image/jpeg'),
  'uploads a photo held sideways': made('sideways.jpg', pictures.sideways, 'image/jpeg'),
  'uploads a PNG': made('drawing.png', pictures.drawing, 'image/png'),
  'uploads an icon': made('icon.png', pictures.icon, 'image/png'),
  'uploads a PNG a little larger than a thumbnail': made('m.png', pictures.medium, 'image/png'),
  'uploads a WebP': made('photo.webp', pictures.webp, 'image/webp'),
  'uploads an AVIF': made('photo.avif', pictures.avif, 'image/avif'),
  'uploads a TIFF': made('photo.tiff', pictures.tiff, 'image/tiff'),
  'uploads an animation': made('moving.gif', pictures.animation, 'image/gif'),
  'uploads an SVG': made('drawing.svg', samples.svg, 'image/svg+xml'),
  'uploads a HEIC': made('photo.heic', samples.heic, 'image/heic'),
  'uploads a PDF': made('report.pdf', samples.pdf, 'application/pdf'),
  'uploads a CSV': made('table.csv', samples.csv, 'text/csv'),
  'uploads a video': made('clip.mp4', samples.mp4, 'video/mp4'),
  'uploads unknown bytes': form(
    file('data.bin', Buffer.from([1, 2, 3]), 'application/octet-stream')
  ),
  'uploads JSON': form(file('data.json', '{"a":1}', 'application/json')),
  'uploads HTML': form(file('page.html', '<p>Hello</p>', 'text/html')),
  'uploads an empty file': form(file('empty.txt', '')),
  'uploads a broken picture': async () =>
    postForm(
      '/api/upload',
      file('broken.jpg', withoutPixels(await pictures.photo()), 'image/jpeg')
    ),
  'uploads text named as a picture': form(file('fake.png', 'no picture', 'image/png')),
  'uploads a PNG named as text': made('drawing.txt', pictures.icon, 'text/plain'),
  'uploads a PNG sent as a PDF': made('drawing.png', pictures.icon, 'application/pdf'),
  'uploads a PNG without an extension': made('drawing', pictures.icon, 'image/png'),
  'uploads a file of a type nobody knows': form(file('a.txt', 'x', 'bogus/type')),
  'uploads a file whose type is no type': form(file('a.unknown', 'x', 'bogus')),
  'uploads a file without a type': raw(
    multipart([{ name: 'files', params: 'filename="a.txt"', content: 'x' }])
  ),
});

const names = cases({
  'keeps a name with umlauts': form(file('Über straße.txt')),
  'keeps a name in Chinese': form(file('图片.txt')),
  'keeps a name with spaces': form(file('my holiday photo.txt')),
  'keeps a name with emoji': form(file('party 🎉.txt')),
  'takes an extension in upper case': form(file('NOTES.TXT')),
  'takes a name with two extensions': form(file('backup.tar.gz', '\u0001', 'application/gzip')),
  'takes a text that is named as an archive': form(file('backup.gz', 'x', 'application/gzip')),
  'takes a name without an extension': form(file('README')),
  'takes a name that begins with a dot': form(file('.env')),
  'takes a name that ends with a dot': form(file('notes.')),
  'takes a name of a path': form(file('../../etc/passwd.txt')),
  'takes a name of a Windows path': form(file('C:\\\\docs\\\\notes.txt')),
  'takes a name with forbidden characters': form(file('a<b>c|d?.txt')),
  'takes a name with a colon': form(file('a: b.txt')),
  'takes a name with percent signs': form(file('100%25 sure.txt')),
  'takes a name of 255 characters': form(file(`${'n'.repeat(251)}.txt`)),
  'takes a name of 240 characters': form(file(`${'n'.repeat(236)}.txt`)),
  'takes a name of 300 characters': form(file(`${'n'.repeat(296)}.txt`)),
  'takes a name with an apostrophe': form(file("chef's menu.txt")),
  'takes a name as filename*': raw(
    multipart([
      {
        name: 'files',
        params: `filename="e.txt"; filename*=UTF-8''%C3%A9t%C3%A9.txt`,
        type: 'text/plain',
        content: 'x',
      },
    ])
  ),
  'takes an empty name': raw(
    multipart([{ name: 'files', params: 'filename=""', type: 'text/plain', content: 'x' }])
  ),
});

const limits = [
  ...cases(
    {
      'refuses a file above sizeLimit': form(file('a.txt', 'x'.repeat(200))),
      'refuses a file one byte above sizeLimit': form(file('a.txt', 'x'.repeat(101))),
      'takes a file of sizeLimit': form(file('a.txt', 'x'.repeat(100))),
      'refuses a file above sizeLimit among others': form(
        file('a.txt', 'x'),
        file('b.txt', 'x'.repeat(200))
      ),
    },
    { config: { sizeLimit: 100 } }
  ),
  ...cases(
    {
      'takes a file of an allowed type': made('icon.png', pictures.icon, 'image/png'),
      'refuses a file of a type that is not allowed': form(file('a.txt')),
      'refuses text that claims an allowed type': form(file('a.png', 'text', 'image/png')),
      'refuses one of two files for its type': async () =>
        postForm('/api/upload', file('i.png', await pictures.icon(), 'image/png'), file('a.txt')),
    },
    { config: { security: { allowedTypes: ['image/*'] } } }
  ),
  ...cases(
    {
      'refuses a file of a denied type': form(file('a.html', '<p>x</p>', 'text/html')),
      'refuses a file of a denied extension': form(file('a.html', '<p>x</p>', 'text/plain')),
      'refuses a file that declares a denied type': form(file('a.txt', 'x', 'text/html')),
      'takes a file of a type that is not denied': form(file('a.txt')),
    },
    { config: { security: { deniedTypes: ['text/html', 'image/svg+xml'] } } }
  ),
  ...cases(
    { 'refuses everything where nothing is allowed': form(file('a.txt')) },
    { config: { security: { allowedTypes: [] } } }
  ),
  ...cases(
    {
      'makes the sizes that breakpoints name': made('p.jpg', pictures.photo, 'image/jpeg'),
    },
    { config: { breakpoints: { huge: 1100, tiny: 64 } } }
  ),
];

export const contentUpload = [...kinds, ...names, ...limits];
