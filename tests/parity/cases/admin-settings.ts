import { by, cases, get, postForm, putJson, file } from '../harness/case';
import * as pictures from '../harness/pictures';

const admin = by('admin');
const settings = (value: unknown) => admin(putJson('/upload/settings', value));
const view = (value: unknown) => admin(putJson('/upload/configuration', value));
const readSettings = admin(get('/upload/settings'));
const readView = admin(get('/upload/configuration'));

const ALL = {
  sizeOptimization: false,
  responsiveDimensions: false,
  autoOrientation: true,
  aiMetadata: false,
};

const uploadAfter = (value: unknown, make: () => Promise<Buffer>, name: string, type: string) => [
  settings(value),
  async () => admin(postForm('/upload', file(name, await make(), type))),
];

const general = cases({
  'reads the settings': readSettings,
  'writes all settings': [settings(ALL), readSettings],
  'writes only the required settings': [
    settings({ sizeOptimization: true, responsiveDimensions: false }),
    readSettings,
  ],
  'writes settings with unknown keys': [settings({ ...ALL, colour: 'red' }), readSettings],
  'writes settings with texts for booleans': [
    settings({ ...ALL, sizeOptimization: 'true', autoOrientation: 'false' }),
    readSettings,
  ],
  'refuses settings without sizeOptimization': settings({ responsiveDimensions: true }),
  'refuses settings without responsiveDimensions': settings({ sizeOptimization: true }),
  'refuses settings that are no booleans': settings({ ...ALL, sizeOptimization: 'yes' }),
  'refuses settings of numbers': settings({ ...ALL, aiMetadata: 5 }),
  'refuses settings of null': settings({ ...ALL, autoOrientation: null }),
  'refuses empty settings': settings({}),
  'refuses a list of settings': settings([]),
  'refuses broken JSON as settings': settings('{broken'),
  'refuses no settings': admin({ method: 'PUT', path: '/upload/settings' }),

  'makes no formats without responsiveDimensions': uploadAfter(
    { ...ALL, sizeOptimization: true },
    pictures.photo,
    'p.jpg',
    'image/jpeg'
  ),
  'keeps a picture without sizeOptimization': uploadAfter(
    { ...ALL, responsiveDimensions: true },
    pictures.drawing,
    'p.png',
    'image/png'
  ),
  'turns a picture with autoOrientation': uploadAfter(
    { ...ALL, responsiveDimensions: true },
    pictures.sideways,
    's.jpg',
    'image/jpeg'
  ),

  'reads the view': readView,
  'writes the view': [view({ pageSize: 20, sort: 'name:ASC' }), readView],
  'writes the view by creation': [view({ pageSize: 100, sort: 'createdAt:DESC' }), readView],
  'writes the view by update': [view({ pageSize: 50, sort: 'updatedAt:ASC' }), readView],
  'writes the view with unknown keys': [
    view({ pageSize: 20, sort: 'name:ASC', colour: 'red' }),
    readView,
  ],
  'takes a view with another page size': view({ pageSize: 25, sort: 'name:ASC' }),
  'refuses a view without a page size': view({ sort: 'name:ASC' }),
  'takes a view without a sort': view({ pageSize: 20 }),
  'refuses a view of an unknown sort': view({ pageSize: 20, sort: 'size:ASC' }),
  'refuses a view of text': view({ pageSize: 'many', sort: 'name:ASC' }),
  'takes a view with a page size of zero': view({ pageSize: 0, sort: 'name:ASC' }),
  'takes a view with a fraction as page size': view({ pageSize: 1.5, sort: 'name:ASC' }),
  'refuses an empty view': view({}),
});

const configured = cases(
  { 'reads the settings with how many requests may run': readSettings },
  { config: { concurrentUploadRequests: 3 } }
);

export const adminSettings = [...general, ...configured];
