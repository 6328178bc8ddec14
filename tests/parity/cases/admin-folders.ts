import { by, cases, get, postJson, putJson, type Seen, type Step } from '../harness/case';

const admin = by('admin');
const list = (query = ''): Step => admin(get(`/upload/folders${query}`));
const one =
  (name: string, query = ''): Step =>
  (seen) =>
    admin(get(`/upload/folders/${seen.folder(name)}${query}`));
const create = (body: unknown): Step => admin(postJson('/upload/folders', body));
const createIn =
  (name: string, body: object): Step =>
  (seen) =>
    admin(postJson('/upload/folders', { ...body, parent: seen.folder(name) }));
const update =
  (name: string, body: unknown | ((seen: Seen) => unknown)): Step =>
  (seen) =>
    admin(
      putJson(
        `/upload/folders/${seen.folder(name)}`,
        typeof body === 'function' ? body(seen) : body
      )
    );
const tree = admin(get('/upload/folder-structure'));

const reading = cases(
  {
    'the library lists folders': list('?sort=name'),
    'the library lists folders of the root': list('?sort=name&filters[parent][id][$null]=true'),
    'the library lists folders in a folder': (seen) =>
      admin(get(`/upload/folders?sort=name&filters[$and][0][parent][id]=${seen.folder('Menus')}`)),
    'the library lists folders with a parent': list('?sort=name&populate=parent'),
    'the library lists folders with everything': list('?sort=name&populate=*'),
    'the library lists folders with their files': list('?sort=name&populate=files'),
    'the library lists folders with their children': list('?sort=name&populate=children'),
    'the library searches folders': list('?sort=name&_q=Su'),
    'the library searches folders in any case': list('?sort=name&_q=menus'),
    'the library searches folders below a path': list(
      '?sort=name&_q=r&filters[path][$startsWith]=/1/'
    ),
    'the library lists folders by time': list('?sort=createdAt:DESC'),
    'the library pages folders': list('?sort=name&pagination[page]=1&pagination[pageSize]=2'),
    'the library pages folders at the top': list('?sort=name&page=1&pageSize=2'),
    'the library lists folders by an unknown column': list('?sort=nothing'),
    'the library filters folders by an unknown field': list('?filters[nothing]=1'),
    'the library filters folders by name': list('?sort=name&filters[name][$contains]=e'),
    'the library lists folders with an unknown relation': list('?populate=nothing'),
    'the library finds a folder': one('Menus'),
    'the library finds a leaf': one('Drinks'),
    'the library finds a folder and its parent': one('Drinks', '?populate=parent'),
    'the library finds a folder and all ancestors': one(
      'Drinks',
      '?populate[parent][populate][parent]=*'
    ),
    'the library finds a folder and everything': one('Summer', '?populate=*'),
    'the library finds a folder that does not exist': admin(get('/upload/folders/999')),
    'the library finds a folder id that is no number': admin(get('/upload/folders/abc')),
    'the library shows the tree': tree,
  },
  { library: true }
);

const creating = cases(
  {
    'an editor makes a folder': [create({ name: 'New' }), tree],
    'an editor makes a folder in the root': create({ name: 'New', parent: null }),
    'an editor makes a folder in a folder': [createIn('Summer', { name: 'New' }), tree],
    'an editor makes a folder in a new folder': [
      create({ name: 'New' }),
      (seen) => admin(postJson('/upload/folders', { name: 'Newer', parent: seen.id(0) })),
    ],
    'an editor makes a folder of a name in use elsewhere': create({ name: 'Summer' }),
    'an editor makes a folder of a name in use': create({ name: 'Menus' }),
    'an editor makes a folder of a name in use in a folder': createIn('Menus', { name: 'Summer' }),
    'an editor makes a folder of a name in other case': create({ name: 'menus' }),
    'an editor makes a folder without a name': create({}),
    'an editor makes a folder of an empty name': create({ name: '' }),
    'an editor makes a folder of spaces': create({ name: '   ' }),
    'an editor makes a folder of a name with spaces around': create({ name: ' New ' }),
    'an editor makes a folder of a name with a slash': create({ name: 'a/b' }),
    'an editor makes a folder of a name with a slash at its start': create({ name: '/a' }),
    'an editor makes a folder of a name with a backslash': create({ name: 'a\\b' }),
    'an editor makes a folder of null': create({ name: null }),
    'an editor makes a folder of a number': create({ name: 5 }),
    'an editor makes a folder of an object': create({ name: { a: 1 } }),
    'an editor makes a folder of a list': create({ name: ['a'] }),
    'an editor makes a folder of a long name': create({ name: 'n'.repeat(300) }),
    'an editor makes a folder of an umlaut': create({ name: 'Über 🎉' }),
    'an editor makes a folder in one that does not exist': create({ name: 'New', parent: 999 }),
    'an editor makes a folder in one of text': create({ name: 'New', parent: 'abc' }),
    'an editor makes a folder in one of an object': create({ name: 'New', parent: {} }),
    'an editor makes a folder with unknown keys': create({ name: 'New', colour: 'red' }),
    'an editor makes a folder with a path': create({ name: 'New', path: '/77', pathId: 77 }),
    'an editor makes a folder with an id': create({ name: 'New', id: 5 }),
    'an editor makes a folder of broken JSON': create('{broken'),
    'an editor makes a folder of a list of folders': create([{ name: 'a' }]),
    'an editor makes a folder of nothing': admin({ method: 'POST', path: '/upload/folders' }),
  },
  { library: true }
);

const updating = cases(
  {
    'an editor renames a folder': [update('Menus', { name: 'Cards' }), tree],
    'an editor renames a folder to its name': update('Menus', { name: 'Menus' }),
    'an editor renames a folder to a name in use': update('Menus', { name: 'Photos' }),
    'an editor renames a folder to a name in use elsewhere': update('Menus', { name: 'Drinks' }),
    'an editor renames a folder to nothing': update('Menus', { name: '' }),
    'an editor renames a folder to null': update('Menus', { name: null }),
    'an editor renames a folder to a name with a slash': update('Menus', { name: 'a/b' }),
    'an editor renames a folder to spaces around': update('Menus', { name: ' a ' }),
    'an editor renames a folder to a number': update('Menus', { name: 5 }),
    'an editor updates a folder with nothing': update('Menus', {}),
    'an editor updates a folder with unknown keys': update('Menus', { name: 'A', colour: 'red' }),
    'an editor updates the path of a folder': update('Menus', { path: '/77', pathId: 77 }),
    'an editor moves a folder with its children': [
      update('Summer', (seen: Seen) => ({ parent: seen.folder('Photos') })),
      tree,
    ],
    'an editor moves a folder and renames it': update('Summer', (seen: Seen) => ({
      name: 'Moved',
      parent: seen.folder('Photos'),
    })),
    'an editor moves a folder to the root': [update('Summer', { parent: null }), tree],
    'an editor moves a folder to where it is': update('Summer', (seen: Seen) => ({
      parent: seen.folder('Menus'),
    })),
    'an editor moves a folder into itself': update('Summer', (seen: Seen) => ({
      parent: seen.folder('Summer'),
    })),
    'an editor moves a folder into its child': update('Menus', (seen: Seen) => ({
      parent: seen.folder('Summer'),
    })),
    'an editor moves a folder into its grandchild': update('Menus', (seen: Seen) => ({
      parent: seen.folder('Drinks'),
    })),
    'an editor moves a folder nowhere': update('Menus', { parent: 999 }),
    'an editor moves a folder to one of text': update('Menus', { parent: 'abc' }),
    'an editor moves /1 and /10 stays': [
      update('Menus', (seen: Seen) => ({ parent: seen.folder('Photos') })),
      admin(get('/upload/folders?sort=name')),
      admin(get('/upload/files?sort=name')),
    ],
    'an editor moves a folder to where its name is in use': [
      createIn('Photos', { name: 'Summer' }),
      update('Summer', (seen: Seen) => ({ parent: seen.folder('Photos') })),
    ],
    'an editor updates a folder that does not exist': admin(
      putJson('/upload/folders/999', { name: 'A' })
    ),
    'an editor updates a folder id that is no number': admin(
      putJson('/upload/folders/abc', { name: 'A' })
    ),
    'an editor updates a folder with broken JSON': update('Menus', '{broken'),
  },
  { library: true }
);

const empty = cases({
  'the library shows no tree': tree,
  'the library lists no folders': list(),
  'the library lists no files': admin(get('/upload/files')),
});

export const adminFolders = [...reading, ...creating, ...updating, ...empty];
