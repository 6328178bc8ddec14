import {
  cases,
  field,
  file,
  postForm,
  type ParityCase,
  type Seen,
  type Step,
} from '../harness/case';
import * as pictures from '../harness/pictures';

const RESTAURANT = 'api::restaurant.restaurant';

type Value = string | ((seen: Seen) => string | number);

interface Link {
  ref?: Value;
  refId?: Value;
  field?: Value;
  source?: Value;
}

/** A step that uploads these files with these form fields, which link the files to an entry. */
const link =
  (fields: Link, ...files: string[]): Step =>
  (seen) => {
    const parts = Object.entries(fields).map(([name, value]) =>
      field(name, String(typeof value === 'function' ? value(seen) : value))
    );
    const named = files.length > 0 ? files : ['a.txt'];
    return postForm('/api/upload', ...named.map((name) => file(name)), ...parts);
  };

const published = ({ restaurant }: Seen) => restaurant.published;
const draft = ({ restaurant }: Seen) => restaurant.draft;
const toCovers = { ref: RESTAURANT, refId: published, field: 'covers' };

const linking = cases({
  'links a file to a multiple attribute': link(toCovers),
  'links two files to a multiple attribute': link(toCovers, 'a.txt', 'b.txt'),
  'links a file after another one': [link(toCovers, 'a.txt'), link(toCovers, 'b.txt')],
  'links a file to the draft': link({ ...toCovers, refId: draft }),
  'links a text file to an attribute for pictures': link({ ...toCovers, field: 'cover' }),
  'links by the bare name of a model': link({ ...toCovers, ref: 'restaurant' }),
  'links by the documentId': link({
    ...toCovers,
    refId: ({ restaurant }) => restaurant.documentId,
  }),
  'links to a refId that is no number': link({ ...toCovers, refId: 'abc' }),
  'links to an entry that does not exist': link({ ...toCovers, refId: '999' }),
  'links to a negative refId': link({ ...toCovers, refId: '-1' }),
  'links to a model that does not exist': link({ ...toCovers, ref: 'api::nothing.nothing' }),
  'links to a bare model that does not exist': link({ ...toCovers, ref: 'nothing' }),
  'links to an attribute that does not exist': link({ ...toCovers, field: 'nothing' }),
  'links to an attribute that holds no media': link({ ...toCovers, field: 'name' }),
  'links to an admin user': link({ ref: 'admin::user', refId: '1', field: 'avatar' }),
  'links to a user by its source': link({
    ref: 'user',
    source: 'users-permissions',
    refId: '1',
    field: 'avatar',
  }),
  'links with ref alone': link({ ref: RESTAURANT }),
  'links without a field': link({ ref: RESTAURANT, refId: published }),
  'links without a refId': link({ ref: RESTAURANT, field: 'covers' }),
  'links without a ref': link({ refId: published, field: 'covers' }),
  'links with empty fields': link({ ref: '', refId: '', field: '' }),
});

const unpermitted: ParityCase[] = cases(
  { 'links without the permission to update the entry': link(toCovers) },
  { publicMay: ['plugin::upload.content-api.upload'] }
);

const single: ParityCase[] = cases({
  'links a picture to a single attribute': async (seen) =>
    postForm(
      '/api/upload',
      file('icon.png', await pictures.icon(), 'image/png'),
      field('ref', RESTAURANT),
      field('refId', String(published(seen))),
      field('field', 'cover')
    ),
  'links two pictures to a single attribute': async (seen) =>
    postForm(
      '/api/upload',
      file('1.png', await pictures.icon(), 'image/png'),
      file('2.png', await pictures.icon(), 'image/png'),
      field('ref', RESTAURANT),
      field('refId', String(published(seen))),
      field('field', 'cover')
    ),
});

export const contentLinks = [...linking, ...unpermitted, ...single];
