import type { Part } from '../../support/raw';
import {
  by,
  cases,
  del,
  field,
  file,
  fileInfo,
  get,
  postForm,
  postJson,
  putJson,
  type ParityCase,
  type Step,
} from '../harness/case';
import { partsOf, type Parts } from '../harness/parts';
import * as pictures from '../harness/pictures';

const admin = by('admin');
const update =
  (name: string, ...parts: Part[]): Step =>
  (seen) =>
    admin(postForm(`/upload?id=${seen.file(name)}`, ...parts));
const put =
  (name: string, body: unknown): Step =>
  (seen) =>
    admin(putJson(`/upload/files/${seen.file(name)}`, body));

const updates = cases(
  {
    'an editor updates a file': update('notes.txt', fileInfo({ name: 'x.txt', caption: 'c' })),
    'an editor updates a file by PUT': put('notes.txt', {
      fileInfo: { name: 'x.txt', caption: 'c', alternativeText: 'd' },
    }),
    'an editor updates the file of another': update('lemonade.png', fileInfo({ caption: 'c' })),
    'an editor moves a file by an update': (seen) =>
      admin(
        postForm(
          `/upload?id=${seen.file('notes.txt')}`,
          fileInfo({ folder: seen.folder('Drinks') })
        )
      ),
    'an editor moves a file by PUT': (seen) =>
      admin(
        putJson(`/upload/files/${seen.file('notes.txt')}`, {
          fileInfo: { folder: seen.folder('Drinks') },
        })
      ),
    'an editor moves a file to the root by PUT': put('report.pdf', { fileInfo: { folder: null } }),
    'an editor moves a file to the root by an update': update(
      'report.pdf',
      fileInfo({ folder: null })
    ),
    'an editor updates without a folder and the file stays': update(
      'report.pdf',
      fileInfo({ caption: 'c' })
    ),
    'an editor moves a file to a folder that does not exist': put('notes.txt', {
      fileInfo: { folder: 999 },
    }),
    'an editor moves a file to a folder of text': put('notes.txt', { fileInfo: { folder: 'x' } }),
    'an editor updates a focal point by PUT': put('photo.jpg', {
      fileInfo: { focalPoint: { x: 50, y: 50 } },
    }),
    'an editor updates a wrong focal point by PUT': put('photo.jpg', {
      fileInfo: { focalPoint: { x: -1, y: 50 } },
    }),
    'an editor updates unknown keys by PUT': put('photo.jpg', {
      fileInfo: { url: '/x', hash: 'x', colour: 'red' },
    }),
    'an editor updates a name to nothing by PUT': put('photo.jpg', { fileInfo: { name: '' } }),
    'an editor updates a name to null by PUT': put('photo.jpg', { fileInfo: { name: null } }),
    'an editor updates a name with forbidden characters by PUT': put('photo.jpg', {
      fileInfo: { name: 'a/b.jpg' },
    }),
    'an editor updates with an empty body by PUT': put('photo.jpg', {}),
    'an editor updates with an empty fileInfo by PUT': put('photo.jpg', { fileInfo: {} }),
    'an editor updates with a list by PUT': put('photo.jpg', { fileInfo: [{ caption: 'c' }] }),
    'an editor updates with broken JSON by PUT': put('photo.jpg', '{broken'),
    'an editor updates a file that does not exist by PUT': admin(
      putJson('/upload/files/999', { fileInfo: { caption: 'c' } })
    ),
    'an editor updates an id that is no number by PUT': admin(
      putJson('/upload/files/abc', { fileInfo: { caption: 'c' } })
    ),
    'an editor updates by PUT with a form': (seen) => ({
      ...admin(postForm(`/upload/files/${seen.file('notes.txt')}`, fileInfo({ caption: 'c' }))),
      method: 'PUT',
    }),
    'an editor updates a file that does not exist': admin(
      postForm('/upload?id=999', fileInfo({ caption: 'c' }))
    ),
    'an editor updates an id that is no number': admin(
      postForm('/upload?id=abc', fileInfo({ caption: 'c' }))
    ),
    'an editor updates two ids': admin(postForm('/upload?id=1&id=2', fileInfo({ caption: 'c' }))),
    'an editor updates with JSON through /upload': (seen) =>
      admin(postJson(`/upload?id=${seen.file('notes.txt')}`, { fileInfo: { caption: 'c' } })),
  },
  { library: true }
);

/** Cases with the same replacement through each of the two routes that can replace a file. */
const replaceBoth = (table: Record<string, Parts>): Record<string, Step[]> =>
  Object.fromEntries(
    Object.entries(table).flatMap(([name, parts]) =>
      [(id: number) => `/upload?id=${id}`, (id: number) => `/upload/files/${id}/replace`].map(
        (path, index): [string, Step[]] => [
          `${name} through ${index === 0 ? '/upload?id' : '/upload/files/:id/replace'}`,
          [
            admin(postForm('/upload', file('a.txt', 'first'), fileInfo({ caption: 'kept' }))),
            async (seen) => admin(postForm(path(seen.id(0)), ...(await partsOf(parts, seen)))),
            (seen) => admin(get(`/upload/files/${seen.id(0)}`)),
          ],
        ]
      )
    )
  );

const replacements: ParityCase[] = [
  ...cases(
    replaceBoth({
      'an editor replaces a file': [file('b.txt', 'second')],
      'an editor replaces a file with fileInfo': [
        file('b.txt', 'second'),
        fileInfo({ name: 'c.txt', caption: 'new' }),
      ],
      'an editor replaces a file and moves it': (seen) => [
        file('b.txt', 'second'),
        fileInfo({ folder: seen.folder('Menus') }),
      ],
      'an editor replaces a file and moves it nowhere': [
        file('b.txt', 'second'),
        fileInfo({ folder: 999 }),
      ],
      'an editor replaces by two files': [file('b.txt'), file('c.txt')],
      'an editor replaces by an empty file': [file('b.txt', '')],
      'an editor replaces by another type': async () => [
        file('i.png', await pictures.icon(), 'image/png'),
      ],
      'an editor replaces by nothing': [field('colour', 'red')],
      'an editor replaces with a wrong focal point': [
        file('b.txt', 'second'),
        fileInfo({ focalPoint: { x: 1, y: 200 } }),
      ],
      'an editor replaces with broken fileInfo': [
        file('b.txt', 'second'),
        field('fileInfo', '{broken'),
      ],
    }),
    { library: true }
  ),
  ...cases(replaceBoth({ 'an editor replaces by too much': [file('b.txt', 'x'.repeat(200))] }), {
    config: { sizeLimit: 100 },
  }),
  ...cases(
    replaceBoth({
      'an editor replaces by a denied type': [file('b.html', '<p>x</p>', 'text/html')],
    }),
    { config: { security: { deniedTypes: ['text/html'] } } }
  ),
  ...cases({
    'an editor replaces a file that does not exist': admin(
      postForm('/upload/files/999/replace', file('a.txt'))
    ),
    'an editor replaces an id that is no number': admin(
      postForm('/upload/files/abc/replace', file('a.txt'))
    ),
    'an editor replaces with JSON': admin(postJson('/upload/files/1/replace', {})),
    'an editor replaces a picture': [
      async () => admin(postForm('/upload', file('p.png', await pictures.drawing(), 'image/png'))),
      async (seen) =>
        admin(
          postForm(
            `/upload/files/${seen.id(0)}/replace`,
            file('i.png', await pictures.icon(), 'image/png')
          )
        ),
    ],
  }),
];

const removals = cases(
  {
    'an editor deletes a file': (seen) => admin(del(`/upload/files/${seen.file('notes.txt')}`)),
    'an editor deletes a picture with formats': (seen) =>
      admin(del(`/upload/files/${seen.file('photo.jpg')}`)),
    'an editor deletes the file of another': (seen) =>
      admin(del(`/upload/files/${seen.file('lemonade.png')}`)),
    'an editor deletes a file twice': [
      (seen) => admin(del(`/upload/files/${seen.file('notes.txt')}`)),
      (seen) => admin(del(`/upload/files/${seen.file('notes.txt')}`)),
    ],
    'an editor deletes a file that does not exist': admin(del('/upload/files/999')),
    'an editor deletes an id that is no number': admin(del('/upload/files/abc')),
  },
  { library: true }
);

export const adminChange = [...updates, ...replacements, ...removals];
