import { by, cases, get, postJson, type Seen, type Step } from '../harness/case';

const admin = by('admin');
type Body = unknown | ((seen: Seen) => unknown);
const to =
  (action: string) =>
  (body: Body): Step =>
  (seen) =>
    admin(postJson(`/upload/actions/${action}`, typeof body === 'function' ? body(seen) : body));

const remove = to('bulk-delete');
const move = to('bulk-move');
const update = to('bulk-update');
const tree = admin(get('/upload/folder-structure'));

const deleting = cases(
  {
    'an editor deletes files': remove((seen: Seen) => ({
      fileIds: [seen.file('notes.txt'), seen.file('photo.jpg')],
    })),
    'an editor deletes an empty folder': [
      remove((seen: Seen) => ({ folderIds: [seen.folder('Winter')] })),
      tree,
    ],
    'an editor deletes a folder with its content': [
      remove((seen: Seen) => ({ folderIds: [seen.folder('Menus')] })),
      tree,
      admin(get('/upload/files?sort=name')),
    ],
    'an editor deletes a folder and one within': remove((seen: Seen) => ({
      folderIds: [seen.folder('Menus'), seen.folder('Drinks')],
    })),
    'an editor deletes files and folders': remove((seen: Seen) => ({
      fileIds: [seen.file('notes.txt')],
      folderIds: [seen.folder('Photos')],
    })),
    'an editor deletes a folder and a file within': remove((seen: Seen) => ({
      fileIds: [seen.file('photo.jpg')],
      folderIds: [seen.folder('Photos')],
    })),
    'an editor deletes a file named twice': remove((seen: Seen) => ({
      fileIds: [seen.file('notes.txt'), seen.file('notes.txt')],
    })),
    'an editor deletes files that do not exist': remove({ fileIds: [998, 999] }),
    'an editor deletes folders that do not exist': remove({ folderIds: [999] }),
    'an editor deletes one file that exists': remove((seen: Seen) => ({
      fileIds: [seen.file('notes.txt'), 999],
    })),
    'an editor deletes nothing': remove({}),
    'an editor deletes empty lists': remove({ fileIds: [], folderIds: [] }),
    'an editor deletes ids of text': remove({ fileIds: ['abc'] }),
    'an editor deletes ids of digits': remove((seen: Seen) => ({
      fileIds: [String(seen.file('notes.txt'))],
    })),
    'an editor deletes no list': remove({ fileIds: 5 }),
    'an editor deletes null': remove({ fileIds: null }),
    'an editor deletes with unknown keys': remove({ fileIds: [999], colour: 'red' }),
    'an editor deletes with broken JSON': remove('{broken'),
    'an editor deletes a list': remove([1]),
  },
  { library: true }
);

const moving = cases(
  {
    'an editor moves files': move((seen: Seen) => ({
      fileIds: [seen.file('notes.txt'), seen.file('report.pdf')],
      destinationFolderId: seen.folder('Photos'),
    })),
    'an editor moves files to the root': move((seen: Seen) => ({
      fileIds: [seen.file('report.pdf')],
      destinationFolderId: null,
    })),
    'an editor moves files to where they are': move((seen: Seen) => ({
      fileIds: [seen.file('report.pdf')],
      destinationFolderId: seen.folder('Menus'),
    })),
    'an editor moves folders': [
      move((seen: Seen) => ({
        folderIds: [seen.folder('Summer')],
        destinationFolderId: seen.folder('Photos'),
      })),
      tree,
      admin(get('/upload/files?sort=name')),
    ],
    'an editor moves folders to the root': [
      move((seen: Seen) => ({ folderIds: [seen.folder('Summer')], destinationFolderId: null })),
      tree,
    ],
    'an editor moves files and folders': move((seen: Seen) => ({
      fileIds: [seen.file('notes.txt')],
      folderIds: [seen.folder('Winter')],
      destinationFolderId: seen.folder('Archive'),
    })),
    'an editor moves /1 into /10': [
      move((seen: Seen) => ({
        folderIds: [seen.folder('Menus')],
        destinationFolderId: seen.folder('Archive'),
      })),
      tree,
    ],
    'an editor moves /10 into /1': [
      move((seen: Seen) => ({
        folderIds: [seen.folder('Archive')],
        destinationFolderId: seen.folder('Menus'),
      })),
      tree,
    ],
    'an editor moves a folder and its child': move((seen: Seen) => ({
      folderIds: [seen.folder('Menus'), seen.folder('Summer')],
      destinationFolderId: seen.folder('Photos'),
    })),
    'an editor moves folders into themselves': move((seen: Seen) => ({
      folderIds: [seen.folder('Menus')],
      destinationFolderId: seen.folder('Menus'),
    })),
    'an editor moves folders into their children': move((seen: Seen) => ({
      folderIds: [seen.folder('Menus')],
      destinationFolderId: seen.folder('Drinks'),
    })),
    'an editor moves folders to where a name is in use': [
      admin(postJson('/upload/folders', { name: 'Drinks' })),
      move((seen: Seen) => ({ folderIds: [seen.folder('Drinks')], destinationFolderId: null })),
    ],
    'an editor moves two folders of one name': [
      admin(postJson('/upload/folders', { name: 'Drinks' })),
      move((seen: Seen) => ({
        folderIds: [seen.folder('Drinks'), seen.id(0)],
        destinationFolderId: seen.folder('Photos'),
      })),
    ],
    'an editor moves folders nowhere': move((seen: Seen) => ({
      folderIds: [seen.folder('Menus')],
      destinationFolderId: 999,
    })),
    'an editor moves files nowhere': move((seen: Seen) => ({
      fileIds: [seen.file('notes.txt')],
      destinationFolderId: 999,
    })),
    'an editor moves files that do not exist': move((seen: Seen) => ({
      fileIds: [999],
      destinationFolderId: seen.folder('Menus'),
    })),
    'an editor moves folders that do not exist': move((seen: Seen) => ({
      folderIds: [999],
      destinationFolderId: seen.folder('Menus'),
    })),
    'an editor moves without a destination': move((seen: Seen) => ({
      fileIds: [seen.file('notes.txt')],
    })),
    'an editor moves nothing': move({ destinationFolderId: null }),
    'an editor moves empty lists': move({ fileIds: [], folderIds: [], destinationFolderId: null }),
    'an editor moves ids of text': move({ fileIds: ['abc'], destinationFolderId: null }),
    'an editor moves to a destination of text': move((seen: Seen) => ({
      fileIds: [seen.file('notes.txt')],
      destinationFolderId: 'abc',
    })),
    'an editor moves with unknown keys': move((seen: Seen) => ({
      fileIds: [seen.file('notes.txt')],
      destinationFolderId: null,
      colour: 'red',
    })),
    'an editor moves an empty body': move({}),
  },
  { library: true }
);

const updating = cases(
  {
    'an editor updates files': update((seen: Seen) => ({
      updates: [
        { id: seen.file('notes.txt'), fileInfo: { caption: 'one', alternativeText: 'a' } },
        { id: seen.file('photo.jpg'), fileInfo: { name: 'renamed.jpg' } },
      ],
    })),
    'an editor updates one file of two': update((seen: Seen) => ({
      updates: [
        { id: seen.file('notes.txt'), fileInfo: { caption: 'one' } },
        { id: 999, fileInfo: { caption: 'two' } },
      ],
    })),
    'an editor updates files and their folder': update((seen: Seen) => ({
      updates: [{ id: seen.file('notes.txt'), fileInfo: { folder: seen.folder('Menus') } }],
    })),
    'an editor updates no files': update({ updates: [] }),
    'an editor updates without updates': update({}),
    'an editor updates with ids of text': update({
      updates: [{ id: 'abc', fileInfo: { caption: 'c' } }],
    }),
    'an editor updates without an id': update({ updates: [{ fileInfo: { caption: 'c' } }] }),
    'an editor updates without fileInfo': update((seen: Seen) => ({
      updates: [{ id: seen.file('notes.txt') }],
    })),
    'an editor updates files with a wrong focal point': update((seen: Seen) => ({
      updates: [{ id: seen.file('notes.txt'), fileInfo: { focalPoint: { x: 500, y: 1 } } }],
    })),
    'an editor updates files with an object as caption': update((seen: Seen) => ({
      updates: [{ id: seen.file('notes.txt'), fileInfo: { caption: {} } }],
    })),
    'an editor updates files to null': update((seen: Seen) => ({
      updates: [{ id: seen.file('photo.jpg'), fileInfo: { caption: null } }],
    })),
    'an editor updates files with unknown keys': update((seen: Seen) => ({
      updates: [{ id: seen.file('notes.txt'), fileInfo: { url: '/x' }, colour: 'red' }],
    })),
    'an editor updates no list': update({ updates: 'all' }),
    'an editor updates files with broken JSON': update('{broken'),
  },
  { library: true }
);

export const adminBulk = [...deleting, ...moving, ...updating];
