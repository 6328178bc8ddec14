import {
  by,
  cases,
  del,
  file,
  fileInfo,
  get,
  postForm,
  postJson,
  putJson,
  type Seen,
  type Step,
} from '../harness/case';

const author = by('author');
const reader = by('reader');
const OWN = 'lemonade.png';
const FOREIGN = 'notes.txt';

/** Cases with the same request for a file of the author and for a file of another user. */
const withBoth = (what: string, request: (name: string, seen: Seen) => ReturnType<typeof get>) => ({
  [`an author ${what} an own file`]: ((seen) => author(request(OWN, seen))) as Step,
  [`an author ${what} a foreign file`]: ((seen) => author(request(FOREIGN, seen))) as Step,
});

/** Requests of users whose permissions hold only for files that they created. */
export const adminConditions = cases(
  {
    'an author lists files': author(get('/upload/files?sort=name')),
    'an author searches files': author(get('/upload/files?sort=name&_q=o')),
    'an author lists files with creators': author(get('/upload/files?sort=name&populate=*')),
    'an author filters by a foreign creator': author(
      get('/upload/files?sort=name&filters[createdBy][firstname]=admin')
    ),
    'an author lists folders': author(get('/upload/folders?sort=name')),
    'an author shows the tree': author(get('/upload/folder-structure')),
    'an author uploads a file': [
      author(postForm('/upload', file('mine.txt'))),
      author(get('/upload/files?sort=name')),
    ],
    'an author uploads one file': author(postForm('/upload/files', file('mine.txt'))),
    'an author updates what is just uploaded': [
      author(postForm('/upload', file('mine.txt'))),
      (seen) => author(putJson(`/upload/files/${seen.id(0)}`, { fileInfo: { caption: 'c' } })),
    ],
    ...withBoth('finds', (name, seen) => get(`/upload/files/${seen.file(name)}`)),
    ...withBoth('updates', (name, seen) =>
      putJson(`/upload/files/${seen.file(name)}`, { fileInfo: { caption: 'c' } })
    ),
    ...withBoth('updates through /upload', (name, seen) =>
      postForm(`/upload?id=${seen.file(name)}`, fileInfo({ caption: 'c' }))
    ),
    ...withBoth('replaces', (name, seen) =>
      postForm(`/upload/files/${seen.file(name)}/replace`, file('new.txt'))
    ),
    ...withBoth('deletes', (name, seen) => del(`/upload/files/${seen.file(name)}`)),
    ...withBoth('deletes in bulk', (name, seen) =>
      postJson('/upload/actions/bulk-delete', { fileIds: [seen.file(name)] })
    ),
    ...withBoth('moves in bulk', (name, seen) =>
      postJson('/upload/actions/bulk-move', {
        fileIds: [seen.file(name)],
        destinationFolderId: seen.folder('Photos'),
      })
    ),
    ...withBoth('updates in bulk', (name, seen) =>
      postJson('/upload/actions/bulk-update', {
        updates: [{ id: seen.file(name), fileInfo: { caption: 'c' } }],
      })
    ),
    'an author updates an own and a foreign file in bulk': (seen) =>
      author(
        postJson('/upload/actions/bulk-update', {
          updates: [OWN, FOREIGN].map((name) => ({
            id: seen.file(name),
            fileInfo: { caption: 'c' },
          })),
        })
      ),
    'an author makes a folder': author(postJson('/upload/folders', { name: 'Mine' })),
    'an author renames a folder': (seen) =>
      author(putJson(`/upload/folders/${seen.folder('Menus')}`, { name: 'Mine' })),
    'an author finds a file that does not exist': author(get('/upload/files/999')),
    'an author deletes a file that does not exist': author(del('/upload/files/999')),
    'a reader lists files': reader(get('/upload/files?sort=name')),
    'a reader finds a file': (seen) => reader(get(`/upload/files/${seen.file(OWN)}`)),
    'a reader deletes a file': (seen) => reader(del(`/upload/files/${seen.file(OWN)}`)),
    'a reader updates a file': (seen) =>
      reader(putJson(`/upload/files/${seen.file(OWN)}`, { fileInfo: { caption: 'c' } })),
    'a reader replaces a file': (seen) =>
      reader(postForm(`/upload/files/${seen.file(OWN)}/replace`, file('new.txt'))),
    'a reader uploads a file': reader(postForm('/upload', file('new.txt'))),
    'a reader uploads one file': reader(postForm('/upload/files', file('new.txt'))),
    'a reader uploads files from URLs': reader(
      postJson('/upload/actions/upload-from-urls', { urls: ['http://example.invalid/a.txt'] })
    ),
    'a reader updates a foreign file through /upload': (seen) =>
      reader(postForm(`/upload?id=${seen.file(OWN)}`, fileInfo({ caption: 'c' }))),
  },
  { library: true }
);
