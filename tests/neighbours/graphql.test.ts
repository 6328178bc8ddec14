import request from 'supertest';
import { member } from '../support/callers';
import { pluginsWith } from '../support/config';
import { createRestaurant, type Restaurant } from '../support/entries';
import { allowPublic, allowRole, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { providerWith } from '../support/provider';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { withInstalled } from './installed';

const GRAPHQL = '@strapi/plugin-graphql';
const READ = ['find', 'findOne'].map((action) => `api::restaurant.restaurant.${action}`);

let server: Server;
let restaurant: Restaurant;

const ask = async (query: string, variables: object = {}, authorization?: string) => {
  const sent = request(server.url).post('/graphql').send({ query, variables });
  const { body } = await (authorization ? sent.set('Authorization', authorization) : sent);
  return body as {
    data?: Record<string, never>;
    errors?: Array<{ message: string; extensions: { error: { name: string } } }>;
  };
};

async function start(options: Parameters<typeof startServer>[0]) {
  server = await startServer(withInstalled(GRAPHQL, options));
  restaurant = await createRestaurant(server);
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS, ...READ]);
}

const upload = async (name: string, field?: string) => {
  const bytes = name.endsWith('.jpg') ? await samples.jpeg() : samples.csv();
  const form = request(server.url).post('/api/upload').attach('files', bytes, name);
  if (field) {
    form.field('ref', 'api::restaurant.restaurant').field('refId', restaurant.documentId);
    form.field('field', field);
  }
  const { body } = await form.expect(201);
  return body[0] as { id: number; documentId: string; url: string; hash: string };
};

describe('GraphQL', () => {
  beforeAll(() =>
    start({
      files: {
        'config/plugins.js': `module.exports = {
          'users-permissions': { config: { jwtSecret: 'test-only' } },
          graphql: { config: { apolloServer: { introspection: true } } },
        };`,
      },
    })
  );
  afterAll(() => server.stop());

  it('answers entries with their media', async () => {
    const cover = await upload('cover.jpg', 'cover');
    await upload('first.jpg', 'covers');
    await upload('second.csv', 'covers');
    const { data, errors } = await ask(
      `query ($id: ID!) { restaurant(documentId: $id) {
        name cover { documentId url width formats } covers { name mime }
      } }`,
      { id: restaurant.documentId }
    );
    expect(errors).toBeUndefined();
    expect(data!.restaurant).toMatchObject({
      cover: {
        documentId: cover.documentId,
        url: cover.url,
        width: 1600,
        formats: { thumbnail: { url: `/uploads/thumbnail_${cover.hash}.jpg` } },
      },
      covers: [
        { name: 'first.jpg', mime: 'image/jpeg' },
        { name: 'second.csv', mime: 'text/csv' },
      ],
    });
  });

  it('finds files by filter, and in pages', async () => {
    const { data, errors } = await ask(
      `{ uploadFiles(filters: { mime: { eq: "text/csv" } }) { name }
         uploadFiles_connection(pagination: { pageSize: 1 }) {
           nodes { name } pageInfo { total } } }`
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      uploadFiles: [{ name: 'second.csv' }],
      uploadFiles_connection: { nodes: [{}], pageInfo: { total: 3 } },
    });
  });

  it('changes what is said about a file', async () => {
    const { id } = await upload('a.csv');
    const { data, errors } = await ask(
      `mutation ($id: ID!) { updateUploadFile(id: $id, info: {
        name: "b.csv", caption: "Sea", alternativeText: "waves" }) { name caption alternativeText } }`,
      { id }
    );
    expect(errors).toBeUndefined();
    const changed = { name: 'b.csv', caption: 'Sea', alternativeText: 'waves' };
    expect(data).toEqual({ updateUploadFile: changed });
    const { body } = await request(server.url).get(`/api/upload/files/${id}`).expect(200);
    expect(body).toMatchObject(changed);
    const unknown = await ask(`mutation { updateUploadFile(id: 9999, info: {}) { name } }`);
    expect(unknown.errors).toMatchObject([{ extensions: { error: { name: 'NotFoundError' } } }]);
  });

  it('deletes a file with its bytes; one that nobody knows is null', async () => {
    const { id, hash } = await upload('gone.csv');
    const remove = (id: unknown) =>
      ask(`mutation ($id: ID!) { deleteUploadFile(id: $id) { name } }`, { id });
    expect(await remove(id)).toEqual({ data: { deleteUploadFile: { name: 'gone.csv' } } });
    expect(await server.uploaded()).not.toContain(`${hash}.csv`);
    expect(await remove(id)).toEqual({ data: { deleteUploadFile: null } });
    expect(await remove('no number')).toEqual({ data: { deleteUploadFile: null } });
  });

  it('says that a file which entries use is kept, where the project wants that', async () => {
    const refuse = (refuseWhenUsed: boolean) =>
      server.inside(
        (strapi, value) => {
          strapi.config.set('plugin::upload.delete', value);
        },
        { refuseWhenUsed }
      );
    const { id } = await upload('used.csv', 'covers');
    await refuse(true);
    const { errors } = await ask(`mutation { deleteUploadFile(id: ${id}) { name } }`);
    await refuse(false);
    expect(errors).toMatchObject([
      {
        message: 'The file is used by entries and was not deleted.',
        extensions: { error: { details: { usage: { results: [], hidden: 2 } } } },
      },
    ]);
    await request(server.url).get(`/api/upload/files/${id}`).expect(200);
  });

  it('lets nobody do what the role may not', async () => {
    const { id } = await upload('kept.csv');
    await allowPublic(server, READ);
    const refused = [
      `mutation { updateUploadFile(id: ${id}, info: { caption: "x" }) { name } }`,
      `mutation { deleteUploadFile(id: ${id}) { name } }`,
      `{ uploadFiles { name } }`,
    ];
    for (const query of refused) {
      const { errors } = await ask(query);
      expect(errors).toMatchObject([{ extensions: { error: { name: 'ForbiddenError' } } }]);
    }
    await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS, ...READ]);
    const { body } = await request(server.url).get(`/api/upload/files/${id}`).expect(200);
    expect(body).toMatchObject({ name: 'kept.csv', caption: null });
  });

  it('lets callers who are restricted to their own files change no others', async () => {
    await allowRole(server, 'authenticated', [...UPLOAD_ACTIONS, ...READ]);
    const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
    await server.inside(
      (strapi) =>
        void strapi.config.set('plugin::upload.access', {
          ownFilesOnly: { roles: ['authenticated'] },
        })
    );
    const { body } = await request(server.url)
      .post('/api/upload')
      .set('Authorization', ann.authorization)
      .attach('files', samples.csv(), 'own.csv')
      .expect(201);
    const [{ id }] = body;
    const change = `mutation { updateUploadFile(id: ${id}, info: { caption: "x" }) { caption } }`;
    const remove = `mutation { deleteUploadFile(id: ${id}) { name } }`;
    for (const query of [change, remove]) {
      const { errors } = await ask(query, {}, bob.authorization);
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('You did not create this file'),
          extensions: { error: { name: 'ForbiddenError' } },
        },
      ]);
    }
    await request(server.url).get(`/api/upload/files/${id}`).expect(200);
    expect(await ask(change, {}, ann.authorization)).toEqual({
      data: { updateUploadFile: { caption: 'x' } },
    });
    expect(await ask(remove, {}, ann.authorization)).toEqual({
      data: { deleteUploadFile: { name: 'own.csv' } },
    });
    expect(await ask(remove, {}, ann.authorization)).toEqual({ data: { deleteUploadFile: null } });
  });

  it('shows no folders, and uploads nothing', async () => {
    const { data } = await ask(`{ __schema { types { name } mutationType { fields { name } } } }`);
    const { types, mutationType } = (data as unknown as { __schema: Schema }).__schema;
    const names = types.map(({ name }) => name);
    expect(names).toContain('UploadFile');
    expect(names.filter((name) => /folder/i.test(name))).toEqual([]);
    const mutations = mutationType.fields.map(({ name }) => name);
    expect(mutations.filter((name) => /upload/i.test(name)).sort()).toEqual([
      'deleteUploadFile',
      'updateUploadFile',
    ]);
    const { data: file } = await ask(`{ __type(name: "UploadFile") { fields { name } } }`);
    const fields = (file as unknown as { __type: { fields: Array<{ name: string }> } }).__type;
    expect(fields.fields.map(({ name }) => name)).not.toContain('folderPath');
  });
});

interface Schema {
  types: Array<{ name: string }>;
  mutationType: { fields: Array<{ name: string }> };
}

const PRIVATE_FILES = pluginsWith({ providerOptions: { private: true } });

describe.each([
  [
    'a private provider',
    providerWith(['uploadStream', 'isPrivate', 'getSignedUrl']),
    /^https:[^?]*\?signature=\d+$/,
  ],
  [
    'private files of the local disk',
    { files: { 'config/plugins.js': PRIVATE_FILES } },
    /^\/uploads\/private\/[^?]*\?expires=\d+&kid=\w+&sig=[\w-]{43}$/,
  ],
])('GraphQL with %s', (_name, options, signed) => {
  beforeAll(() => start(options));
  afterAll(() => server.stop());

  it('answers signed URLs, of sizes too', async () => {
    await upload('cover.jpg', 'cover');
    await upload('first.jpg', 'covers');
    const { data } = await ask(
      `query ($id: ID!) { restaurant(documentId: $id) { cover { url formats } covers { url } } }`,
      { id: restaurant.documentId }
    );
    const url = expect.stringMatching(signed);
    expect(data!.restaurant).toMatchObject({
      cover: { url, formats: { thumbnail: { url } } },
      covers: [{ url }],
    });
  });

  it('answers a signed URL for a changed file', async () => {
    const { id } = await upload('changed.jpg');
    const { data, errors } = await ask(
      `mutation ($id: ID!) { updateUploadFile(id: $id, info: { caption: "Sea" }) { url caption } }`,
      { id }
    );
    expect(errors).toBeUndefined();
    expect(data!.updateUploadFile).toEqual({ url: expect.stringMatching(signed), caption: 'Sea' });
  });
});
