import {
  cases,
  del,
  field,
  file,
  fileInfo,
  get,
  postForm,
  postJson,
  type Seen,
  type Step,
} from '../harness/case';
import type { Part } from '../../support/raw';
import * as pictures from '../harness/pictures';
import { withoutPixels } from '../../support/samples';

const upload = postForm('/api/upload', file('a.txt'));

/** A step that changes the file which the first step has stored. It sends a form with these parts. */
const change =
  (...parts: Part[]): Step =>
  (seen) =>
    postForm(`/api/upload?id=${seen.id(0)}`, ...parts);

const changed = (...parts: Part[]): Step[] => [upload, change(...parts)];

const updates = cases({
  'updates caption and alternative text': changed(fileInfo({ caption: 'c', alternativeText: 'd' })),
  'updates a name': changed(fileInfo({ name: 'b.txt' })),
  'updates a name without its extension': changed(fileInfo({ name: 'b' })),
  'updates a name with forbidden characters': changed(fileInfo({ name: 'a/b.txt' })),
  'updates a name to nothing': changed(fileInfo({ name: '' })),
  'updates a name to null': changed(fileInfo({ name: null })),
  'updates a focal point': changed(fileInfo({ focalPoint: { x: 1, y: 2 } })),
  'updates a focal point to null': changed(fileInfo({ focalPoint: null })),
  'refuses a wrong focal point in an update': changed(fileInfo({ focalPoint: { x: 1, y: 200 } })),
  'updates captions to null': [
    postForm('/api/upload', file('a.txt'), fileInfo({ caption: 'c' })),
    change(fileInfo({ caption: null })),
  ],
  'updates with an empty fileInfo': changed(fileInfo({})),
  'updates with unknown keys': changed(fileInfo({ hash: 'x', url: '/x', mime: 'x/y', size: 1 })),
  'updates with a folder': changed(fileInfo({ folder: 1 })),
  'updates with a list': changed(fileInfo([{ caption: 'c' }])),
  'updates without fileInfo': changed(field('colour', 'red')),
  'updates with fileInfo that is no JSON': changed(field('fileInfo', '{broken')),
  'updates with JSON': [
    upload,
    (seen) => postJson(`/api/upload?id=${seen.id(0)}`, { fileInfo: { caption: 'c' } }),
  ],
  'updates with JSON without fileInfo': [
    upload,
    (seen) => postJson(`/api/upload?id=${seen.id(0)}`, {}),
  ],
  'updates a file that does not exist': postForm('/api/upload?id=999', fileInfo({ caption: 'c' })),
  'updates an id that is no number': postForm('/api/upload?id=abc', fileInfo({ caption: 'c' })),
  'updates two ids': postForm('/api/upload?id=1&id=2', fileInfo({ caption: 'c' })),
  'updates an empty id': postForm('/api/upload?id=', fileInfo({ caption: 'c' })),
  'shows an update': [
    upload,
    change(fileInfo({ caption: 'c' })),
    (seen) => get(`/api/upload/files/${seen.id(0)}`),
  ],
});

const replacements = cases({
  'replaces a text file': changed(file('b.txt', 'other')),
  'replaces a text file and updates its info': changed(
    file('b.txt', 'other'),
    fileInfo({ name: 'c.txt', caption: 'new' })
  ),
  'replaces a text file and names a path': changed(
    file('b.txt', 'other'),
    field('path', 'some/folder')
  ),
  'replaces a text file by a PDF': changed(file('b.pdf', '%PDF-1.4\n%%EOF\n', 'application/pdf')),
  'replaces a text file by HTML': changed(file('b.html', '<p>x</p>', 'text/html')),
  'replaces by an empty file': changed(file('b.txt', '')),
  'replaces by two files': changed(file('b.txt'), file('c.txt')),
  'replaces a file that does not exist': postForm('/api/upload?id=999', file('b.txt')),
  'replaces an id that is no number': postForm('/api/upload?id=abc', file('b.txt')),
  'replaces with fileInfo that is no JSON': changed(file('b.txt'), field('fileInfo', '{broken')),
  'replaces a picture by a smaller one': [
    async () => postForm('/api/upload', file('p.png', await pictures.drawing(), 'image/png')),
    async (seen) =>
      postForm(`/api/upload?id=${seen.id(0)}`, file('i.png', await pictures.icon(), 'image/png')),
  ],
  'replaces a picture by a larger one': [
    async () => postForm('/api/upload', file('i.png', await pictures.icon(), 'image/png')),
    async (seen) =>
      postForm(
        `/api/upload?id=${seen.id(0)}`,
        file('p.png', await pictures.drawing(), 'image/png')
      ),
  ],
  'replaces a picture by text': [
    async () => postForm('/api/upload', file('i.png', await pictures.icon(), 'image/png')),
    change(file('b.txt')),
  ],
  'replaces a picture by a broken one': [
    async () => postForm('/api/upload', file('p.jpg', await pictures.photo(), 'image/jpeg')),
    async (seen) =>
      postForm(
        `/api/upload?id=${seen.id(0)}`,
        file('i.jpg', withoutPixels(await pictures.photo()), 'image/jpeg')
      ),
  ],
  'serves what was replaced': [upload, change(file('b.txt', 'other')), (seen) => get(seen.url(0))],
});

const guarded = [
  ...cases(
    { 'replaces by a file above sizeLimit': changed(file('b.txt', 'x'.repeat(200))) },
    { config: { sizeLimit: 100 } }
  ),
  ...cases(
    { 'replaces by a file of a denied type': changed(file('b.html', '<p>x</p>', 'text/html')) },
    { config: { security: { deniedTypes: ['text/html'] } } }
  ),
];

const remove = (seen: Seen) => del(`/api/upload/files/${seen.id(0)}`);

const removals = cases({
  'deletes a file': [upload, remove],
  'deletes a picture with its formats': [
    async () => postForm('/api/upload', file('p.jpg', await pictures.photo(), 'image/jpeg')),
    remove,
  ],
  'deletes a file twice': [upload, remove, remove],
  'deletes a file and reads it': [upload, remove, (seen) => get(`/api/upload/files/${seen.id(0)}`)],
  'deletes a file and fetches it': [upload, remove, (seen) => get(seen.url(0))],
  'deletes a file that does not exist': del('/api/upload/files/999'),
  'deletes an id that is no number': del('/api/upload/files/abc'),
  'deletes a negative id': del('/api/upload/files/-1'),
  'deletes without an id': del('/api/upload/files'),
});

export const contentChange = [...updates, ...replacements, ...guarded, ...removals];
