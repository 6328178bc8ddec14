import request from 'supertest';
import { createRestaurant } from '../support/entries';
import { superAdmin, type AdminClient } from '../support/admin';
import { member } from '../support/callers';
import { allowPublic, allowRole, UPLOAD_ACTIONS } from '../support/permissions';
import { pluginsWith } from '../support/config';
import { callsOf, providerWith } from '../support/provider';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

const contentType = (name: string, attributes: object, draftAndPublish = true) => ({
  [`src/api/${name}/content-types/${name}/schema.json`]: JSON.stringify({
    kind: 'collectionType',
    collectionName: `${name}s`,
    info: { singularName: name, pluralName: `${name}s`, displayName: name },
    options: { draftAndPublish },
    attributes,
  }),
});

/** A model that has media in every place that a schema allows. */
const MENU = {
  ...contentType('menu', {
    title: { type: 'string' },
    facts: { type: 'json' },
    servedAt: { type: 'datetime' },
    hero: { type: 'media', multiple: false },
    restaurant: {
      type: 'relation',
      relation: 'manyToOne',
      target: 'api::restaurant.restaurant',
    },
    boxes: { type: 'component', repeatable: true, component: 'media.box' },
    zone: { type: 'dynamiczone', components: ['media.slide', 'media.gallery'] },
  }),
  'src/components/media/box.json': JSON.stringify({
    collectionName: 'components_media_boxes',
    info: { displayName: 'Box' },
    options: {},
    attributes: { slide: { type: 'component', repeatable: false, component: 'media.slide' } },
  }),
};

const POPULATE = {
  hero: true,
  restaurant: { populate: { cover: true, covers: true } },
  boxes: { populate: { slide: { populate: { picture: true } } } },
  zone: {
    on: {
      'media.slide': { populate: { picture: true } },
      'media.gallery': { populate: { pictures: true } },
    },
  },
};

const PROVIDER_OPTIONS = { actionOptions: { getSignedUrl: { expires: 60 } } };

type Files = Record<string, string>;

/** The two kinds of storage that can have private files, and the project's files that configure them. */
const PRIVATE: [[string, Files], [string, Files]] = [
  [
    'a private provider',
    providerWith(['uploadStream', 'isPrivate', 'getSignedUrl'], PROVIDER_OPTIONS).files ?? {},
  ],
  [
    'private files of the local disk',
    { 'config/plugins.js': pluginsWith({ providerOptions: { private: true } }) },
  ],
];

const URLS = /(https:\/\/bucket\.example|\/uploads)\/[^"]*/g;
const SIGNED = /^[^?]*\?(signature=\d+|expires=\d+&kid=\w+&sig=[\w-]{43})$/;
const SIGNATURE = /[?&]sig(nature)?=/;

let server: Server;
let admin: AdminClient;
let picture: { id: number; documentId: string; url: string };

/** Calls an action of the document service. Counts the signed URLs and all URLs in the answer. */
const documents = async (
  uid: string,
  action: string,
  args: Record<string, unknown>
): Promise<{ answer: unknown; signed: number; urls: number }> => {
  const answer = await server.inside(
    async (strapi, uid, action, args) => {
      const service = strapi.documents(uid as 'plugin::upload.file');
      const run = service[action as 'findMany'] as (args: unknown) => Promise<unknown>;
      return run(args);
    },
    uid,
    action,
    args
  );
  const text = JSON.stringify(answer);
  const urls = text.match(URLS) ?? [];
  const signed = urls.filter((url) => SIGNED.test(url));
  return { answer, signed: signed.length, urls: urls.length };
};

/** Number of URLs of a picture: one of the original and one of the thumbnail. */
const URLS_OF_A_PICTURE = 2;

describe.each(PRIVATE)('with %s', (_name, files) => {
  beforeAll(async () => {
    server = await startServer({ files: { ...files, ...MENU } });
    admin = await superAdmin(server);
    await allowPublic(server, [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.find']);
    const small = await samples.jpeg({ width: 300, height: 200, quality: 20 });
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', small, 'a.jpg')
      .expect(201);
    [picture] = body;
  });
  afterAll(() => server.stop());

  describe('the document service', () => {
    let documentId: string;

    beforeAll(async () => {
      const { id } = picture;
      const { answer: restaurant } = await documents('api::restaurant.restaurant', 'create', {
        data: { name: 'Chez Test', cover: id, covers: [id, id] },
        status: 'published',
      });
      const { answer } = await documents('api::menu.menu', 'create', {
        data: {
          title: 'Lunch',
          facts: { url: 'https://example.org' },
          servedAt: '2026-01-01T12:00:00.000Z',
          hero: id,
          restaurant: (restaurant as { documentId: string }).documentId,
          boxes: [{ slide: { picture: id } }, { slide: { picture: id } }],
          zone: [
            { __component: 'media.slide', picture: id },
            { __component: 'media.gallery', pictures: [id] },
          ],
        },
      });
      ({ documentId } = answer as { documentId: string });
    });

    it.each<[string, Record<string, unknown>]>([
      ['findOne', {}],
      ['findMany', {}],
      ['findFirst', {}],
      ['update', { data: { title: 'Dinner' } }],
      ['publish', {}],
      ['discardDraft', {}],
      ['clone', { data: { title: 'Copy' } }],
      ['unpublish', {}],
      ['delete', {}],
    ])('signs each file in the answer of %s, wherever it lies, once', async (action, args) => {
      const { answer, signed, urls } = await documents('api::menu.menu', action, {
        documentId,
        populate: POPULATE,
        ...args,
      });
      // Five files: in `hero`, in two boxes, and two in the zone. There are more if the answer populates the
      // restaurant, with the files in `cover` and `covers`.
      expect(urls).toBeGreaterThanOrEqual(5 * URLS_OF_A_PICTURE);
      expect(signed).toBe(urls);
      expect(JSON.stringify(answer)).toContain('"isUrlSigned":true');
      expect(JSON.stringify(answer)).toContain('"facts":{"url":"https://example.org"}');
      expect(JSON.stringify(answer)).toContain('"servedAt":"2026-01-01T12:00:00.000Z"');
    });

    it('signs what create answers, and related entries too', async () => {
      const { signed, urls } = await documents('api::menu.menu', 'create', {
        data: { title: 'x', hero: picture.id },
        populate: ['hero'],
      });
      expect([signed, urls]).toEqual([URLS_OF_A_PICTURE, URLS_OF_A_PICTURE]);
      const restaurants = await documents('api::restaurant.restaurant', 'findMany', {
        populate: '*',
        status: 'published',
      });
      expect(restaurants.urls).toBeGreaterThanOrEqual(2 * URLS_OF_A_PICTURE);
      expect(restaurants.signed).toBe(restaurants.urls);
    });

    it('signs files that it is asked for themselves, and those in folders', async () => {
      const { documentId } = picture;
      const file = await documents('plugin::upload.file', 'findOne', { documentId });
      expect([file.signed, file.urls]).toEqual([URLS_OF_A_PICTURE, URLS_OF_A_PICTURE]);
      const folders = await documents('plugin::upload.folder', 'findMany', { populate: ['files'] });
      expect([folders.signed, folders.urls]).toEqual([URLS_OF_A_PICTURE, URLS_OF_A_PICTURE]);
    });

    it('answers counts and what is not there', async () => {
      expect((await documents('api::menu.menu', 'count', {})).answer).toBeGreaterThan(0);
      const missing = await documents('api::menu.menu', 'findOne', { documentId: 'none' });
      expect(missing.answer).toBeNull();
    });
  });

  describe('a signed URL', () => {
    const stored = () =>
      server.inside(async (strapi, id) => {
        const file = await strapi.db.query('plugin::upload.file').findOne({ where: { id } });
        return JSON.stringify(file);
      }, picture.id);

    it('is in every answer of the content API', async () => {
      const { body: one } = await request(server.url).get(`/api/upload/files/${picture.id}`);
      const { body: list } = await request(server.url).get('/api/upload/files');
      const { body: page } = await request(server.url).get('/api/upload/files/page');
      const { body: updated } = await request(server.url)
        .post(`/api/upload?id=${picture.id}`)
        .field('fileInfo', JSON.stringify({ caption: 'New' }));
      for (const file of [one, list[0], page.data[0], updated]) {
        expect(file.isUrlSigned).toBe(true);
        expect(file.url).toMatch(SIGNED);
        expect(file.formats.thumbnail).toMatchObject({
          url: expect.stringMatching(SIGNED),
          isUrlSigned: true,
        });
      }
    });

    it('is in the answers of the admin API, and in entries that the content manager shows', async () => {
      const { id } = picture;
      const one = await admin.get(`/upload/files/${id}`).expect(200);
      const list = await admin.get('/upload/files').expect(200);
      const created = await admin
        .post('/upload')
        .field('fileInfo', '{}')
        .attach('files', Buffer.from('text'), 'b.txt')
        .expect(201);
      const { documentId } = await createRestaurant(server);
      const entry = await admin
        .put(`/content-manager/collection-types/api::restaurant.restaurant/${documentId}`)
        .send({ cover: one.body })
        .expect(200);
      for (const file of [one.body, list.body.results[0], created.body[0], entry.body.data.cover]) {
        expect(file.url).toMatch(SIGNED);
        expect(file.isUrlSigned).toBe(true);
      }
      await admin.delete(`/upload/files/${created.body[0].id}`).expect(200);
      expect(await stored()).not.toMatch(SIGNATURE);
    });

    it('is in answers that hold the file in part, entries that do too', async () => {
      const { documentId } = await createRestaurant(server);
      await documents('api::restaurant.restaurant', 'update', {
        documentId,
        data: { cover: picture.id },
        status: 'published',
      });
      const files = `/api/upload/files?filters[id]=${picture.id}`;
      const cover = '/api/restaurants?populate[cover][fields]=';
      for (const [path, of] of [
        [`${files}&fields=url`, (body: never) => body[0]],
        [`${files}&fields[0]=url&fields[1]=formats`, (body: never) => body[0]],
        [`${cover}url`, ({ data }: { data: Array<{ cover: unknown }> }) => data[0]!.cover],
      ] as Array<[string, (body: unknown) => { url: string; isUrlSigned: boolean }]>) {
        const { body } = await request(server.url).get(path).expect(200);
        expect([path, of(body)]).toEqual([
          path,
          expect.objectContaining({ url: expect.stringMatching(SIGNED), isUrlSigned: true }),
        ]);
        expect(of(body)).not.toHaveProperty('hash');
      }
      const { body } = await request(server.url).get(`${files}&fields=formats`).expect(200);
      expect(body[0].formats.thumbnail.url).toMatch(SIGNED);
      expect(body[0]).not.toHaveProperty('url');
    });

    it('is in users of the website, and in what a project reads by queries of its own', async () => {
      const user = 'plugin::users-permissions.user';
      const ann = await member(server, 'ann');
      const reads = ['find', 'findOne', 'me'].map((action) => `${user}.${action}`);
      await allowRole(server, 'authenticated', [...UPLOAD_ACTIONS, ...reads]);
      await server.inside(
        (strapi, uid, id, avatar) =>
          strapi.db
            .query(uid as 'plugin::upload.file')
            .update({ where: { id }, data: { avatar } as object }),
        user,
        ann.id,
        picture.id
      );
      const ask = async (path: string) =>
        (await request(server.url).get(path).set(ann.headers).expect(200)).body;
      const whole = '?populate=avatar';
      const part = '?populate[avatar][fields]=url';
      for (const query of [whole, part]) {
        const users = [
          (await ask(`/api/users${query}`))[0],
          await ask(`/api/users/${ann.id}${query}`),
          await ask(`/api/users/me${query}`),
        ];
        for (const { avatar } of users) {
          expect(avatar.url).toMatch(SIGNED);
        }
      }
      expect(await stored()).not.toMatch(SIGNATURE);
    });

    it('is in what the admin API answers of many files at once', async () => {
      const { body } = await admin.post('/upload').attach('files', Buffer.from('c'), 'c.txt');
      const fileIds = [body[0].id];
      const folder = await admin.post('/upload/folders').send({ name: 'Box', parent: null });
      const destinationFolderId = folder.body.data.id;
      const move = { fileIds, destinationFolderId };
      const moved = await admin.post('/upload/actions/bulk-move').send(move).expect(200);
      const removed = await admin.post('/upload/actions/bulk-delete').send({ fileIds }).expect(200);
      for (const answer of [moved, removed]) {
        expect(answer.body.data.files[0].url).toMatch(SIGNED);
      }
    });

    it('is in what the service "upload" changes, which GraphQL and MCP answer', async () => {
      const changed = await server.inside(
        (strapi, id) =>
          strapi.plugin('upload').service('upload').updateFileInfo(id, { caption: 'Anew' }),
        picture.id
      );
      expect(changed).toMatchObject({ caption: 'Anew', isUrlSigned: true });
      expect(changed.url).toMatch(SIGNED);
      expect(await stored()).not.toMatch(SIGNATURE);
    });

    it('is in what the service "upload" finds', async () => {
      const found = await server.inside(async (strapi, id) => {
        const service = strapi.plugin('upload').service('upload');
        const [one, [first], page] = await Promise.all([
          service.findOne(id),
          service.findMany(),
          service.findPage(),
        ]);
        return [one, first, page.results[0], await service.findOne(0)];
      }, picture.id);
      expect(found).toMatchObject([
        { isUrlSigned: true },
        { isUrlSigned: true },
        { isUrlSigned: true },
        null,
      ]);
    });

    it('is not stored when a signed file is sent back as what to store', async () => {
      const before = await stored();
      await server.inside(async (strapi, documentId) => {
        const files = strapi.documents('plugin::upload.file');
        const file = await files.findOne({ documentId });
        await files.update({ documentId, data: { ...file, caption: 'By a script' } as object });
        const restaurants = strapi.documents('api::restaurant.restaurant' as 'plugin::upload.file');
        await restaurants.create({ data: { name: 'x', cover: file } as object });
      }, picture.documentId);
      const after = JSON.parse(await stored());
      expect(after).toMatchObject({ caption: 'By a script', url: JSON.parse(before).url });
      expect(JSON.stringify(after)).not.toMatch(SIGNATURE);
      expect(after.formats).toEqual(JSON.parse(before).formats);
    });

    it('is not signed again, nor put into the object that was given', async () => {
      const { once, twice, given } = await server.inside(async (strapi, id) => {
        const { signFileUrls } = strapi.plugin('upload').service('file');
        const given = await strapi.db.query('plugin::upload.file').findOne({ where: { id } });
        const once = await signFileUrls(given);
        return { given, once, twice: await signFileUrls(once) };
      }, picture.id);
      expect(twice).toEqual(once);
      expect(JSON.stringify(given)).not.toMatch(/[?&]sig(nature)?=|isUrlSigned/);
    });

    it('is not given to files of another provider, nor to lifecycle hooks and webhooks', async () => {
      const result = await server.inside(async (strapi) => {
        const { signFileUrls } = strapi.plugin('upload').service('file');
        const seen: unknown[] = [];
        const unsubscribe = strapi.db.lifecycles.subscribe({
          models: ['api::menu.menu'],
          afterCreate: ({ result }) => void seen.push(result),
        });
        strapi.eventHub.once('media.update', async (event) => void seen.push(event));
        const [file] = await strapi.db.query('plugin::upload.file').findMany({ limit: 1 });
        await strapi.documents('api::menu.menu' as 'plugin::upload.file').create({
          data: { title: 'hooked', hero: file.id } as object,
          populate: ['hero'] as never,
        });
        await strapi.plugin('upload').service('upload').updateFileInfo(file.id, { caption: 'x' });
        unsubscribe();
        const other = await signFileUrls({ ...file, provider: 'another' });
        return { seen: JSON.stringify(seen), seenCount: seen.length, other, url: file.url };
      });
      expect(result.seenCount).toBe(2);
      expect(result.seen).not.toMatch(SIGNATURE);
      expect(result.other).toMatchObject({ url: result.url, isUrlSigned: false });
    });
  });
});

describe('a private provider', () => {
  it('is asked once for each URL, with the options of its action', async () => {
    const [[, files]] = PRIVATE;
    server = await startServer({ files });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      const small = await samples.jpeg({ width: 300, height: 200, quality: 20 });
      const form = request(server.url).post('/api/upload').attach('files', small, 'a.jpg');
      const { id } = (await form.expect(201)).body[0];
      await callsOf(server);
      await request(server.url).get(`/api/upload/files/${id}`).expect(200);
      const calls = await callsOf(server);
      expect(calls).toHaveLength(URLS_OF_A_PICTURE);
      expect(calls[0]).toMatchObject({ method: 'getSignedUrl', options: { expires: 60 } });
    } finally {
      await server.stop();
    }
  });
});
