import * as samples from '../../support/samples';
import {
  by,
  cases,
  field,
  file,
  fileInfo,
  postForm,
  postJson,
  type ParityCase,
  type Step,
} from '../harness/case';
import { partsOf, type Parts } from '../harness/parts';
import * as pictures from '../harness/pictures';
import { withoutPixels } from '../../support/samples';

const admin = by('admin');

/** Cases with the same form for two routes: one takes many files, the other one takes one file. */
const toBoth = (table: Record<string, Parts>) =>
  Object.fromEntries(
    Object.entries(table).flatMap(([name, parts]) =>
      ['/upload', '/upload/files'].map((path): [string, Step] => [
        `${name} through ${path}`,
        async (seen) => admin(postForm(path, ...(await partsOf(parts, seen)))),
      ])
    )
  );

const uploads = cases(
  toBoth({
    'an editor uploads a text file': [file('a.txt')],
    'an editor uploads a photo': async () => [file('p.jpg', await pictures.photo(), 'image/jpeg')],
    'an editor uploads an SVG': [file('d.svg', samples.svg(), 'image/svg+xml')],
    'an editor uploads with fileInfo': [
      file('a.txt'),
      fileInfo({ name: 'b.txt', caption: 'c', alternativeText: 'd', folder: null }),
    ],
    'an editor uploads with fileInfo before the file': [
      fileInfo({ name: 'b.txt', caption: 'c' }),
      file('a.txt'),
    ],
    'an editor uploads with a focal point': [
      file('a.txt'),
      fileInfo({ focalPoint: { x: 1, y: 2 } }),
    ],
    'an editor uploads with a wrong focal point': [
      file('a.txt'),
      fileInfo({ focalPoint: { x: 1, y: 200 } }),
    ],
    'an editor uploads into a folder': (seen) => [
      file('a.txt'),
      fileInfo({ folder: seen.folder('Summer') }),
    ],
    'an editor uploads into a folder that does not exist': [
      file('a.txt'),
      fileInfo({ folder: 999 }),
    ],
    'an editor uploads into a folder of text': [file('a.txt'), fileInfo({ folder: 'abc' })],
    'an editor uploads a file without fileInfo': [file('a.txt')],
    'an editor uploads with broken fileInfo': [file('a.txt'), field('fileInfo', '{broken')],
    'an editor uploads with null as fileInfo': [file('a.txt'), fileInfo(null)],
    'an editor uploads with an object as caption': [file('a.txt'), fileInfo({ caption: {} })],
    'an editor uploads two files': [file('a.txt'), file('b.txt')],
    'an editor uploads two files with two fileInfos': [
      file('a.txt'),
      file('b.txt'),
      fileInfo({ caption: '1' }),
      fileInfo({ caption: '2' }),
    ],
    'an editor uploads nothing': [field('colour', 'red')],
    'an editor uploads an empty file': [file('a.txt', '')],
    'an editor uploads a broken picture': async () => [
      file('b.jpg', withoutPixels(await pictures.photo()), 'image/jpeg'),
    ],
    'an editor uploads a name with forbidden characters': [file('a<b>.txt')],
    'an editor uploads in another field': [{ ...file('a.txt'), name: 'document' }],
  }),
  { library: true }
);

const limits: ParityCase[] = [
  ...cases(toBoth({ 'an editor uploads too much': [file('a.txt', 'x'.repeat(200))] }), {
    config: { sizeLimit: 100 },
  }),
  ...cases(
    toBoth({
      'an editor uploads a denied type': [file('a.html', '<p>x</p>', 'text/html')],
      'an editor uploads a file of a denied extension': [file('a.html', '<p>x</p>')],
    }),
    { config: { security: { deniedTypes: ['text/html'] } } }
  ),
  ...cases(toBoth({ 'an editor uploads a type that is not allowed': [file('a.txt')] }), {
    config: { security: { allowedTypes: ['image/*'] } },
  }),
];

const bodies = cases({
  'an editor uploads with a list of fileInfos': admin(
    postForm(
      '/upload',
      file('a.txt'),
      file('b.txt'),
      fileInfo([{ caption: '1' }, { caption: '2' }])
    )
  ),
  'an editor sends JSON to /upload': admin(postJson('/upload', {})),
  'an editor sends JSON to /upload/files': admin(postJson('/upload/files', {})),
  'an editor sends nothing to /upload': admin({ method: 'POST', path: '/upload' }),
  'an editor sends nothing to /upload/files': admin({ method: 'POST', path: '/upload/files' }),
  'an editor links a file': (seen) =>
    admin(
      postForm(
        '/upload',
        file('a.txt'),
        field('ref', 'api::restaurant.restaurant'),
        field('refId', String(seen.restaurant.published)),
        field('field', 'covers')
      )
    ),
});

export const adminUpload = [...uploads, ...limits, ...bodies];
