import request from 'supertest';
import { pluginsWith } from '../support/config';
import { onEveryDatabase } from '../support/databases';
import { createRestaurant, linkedNames } from '../support/entries';
import { member } from '../support/callers';
import { allowPublic, allowRole, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { createSite, type Site } from '../support/site';
import { stateOf } from '../support/state';
import { MODELS } from './models';

const EVENT = 'api::event.event';
const RESTAURANT = 'api::restaurant.restaurant';
const UPDATE = [EVENT, 'api::about.about', RESTAURANT, 'api::article.article'].map(
  (uid) => `${uid}.update`
);

interface Row {
  id: number;
  documentId: string;
  locale: string;
  publishedAt: string | null;
}

/** A document with a draft and a published version, in English and in German. */
interface Event {
  documentId: string;
  rows(): Promise<{ draft: Row; published: Row; german: Row; germanPublished: Row }>;
}

onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let small: Buffer;

  beforeAll(async () => {
    small = await samples.png({ width: 20, height: 20 });
    site = await createSite(kind, { files: MODELS });
    server = await site.start();
    await server.inside(async (strapi) => {
      await strapi.plugin('i18n').service('locales').create({ code: 'de', name: 'German' });
    });
    await allowPublic(server, [...UPLOAD_ACTIONS, ...UPDATE]);
  });
  afterAll(() => site?.remove());

  async function createEvent(): Promise<Event> {
    const documentId = await server.inside(async (strapi) => {
      const documents = strapi.documents('api::event.event' as 'plugin::upload.file');
      const content = {
        seo: { title: 'seo', social: { caption: 'social' } },
        slides: [{ caption: 'one' }, { caption: 'two' }],
        blocks: [{ __component: 'media.gallery' }, { __component: 'media.slide', caption: 'b' }],
      };
      const data = { title: 'en', ...content } as object;
      const { documentId } = await documents.create({ data, locale: 'en' } as never);
      const german = { title: 'de', ...content } as object;
      await documents.update({ documentId, data: german, locale: 'de' } as never);
      await documents.publish({ documentId, locale: '*' } as never);
      return documentId as string;
    });
    return {
      documentId,
      async rows() {
        const rows: Row[] = await server.inside(
          (strapi, where) => strapi.db.query('api::event.event').findMany({ where }),
          { documentId }
        );
        const find = (locale: string, published: boolean) =>
          rows.find((row) => row.locale === locale && Boolean(row.publishedAt) === published)!;
        return {
          draft: find('en', false),
          published: find('en', true),
          german: find('de', false),
          germanPublished: find('de', true),
        };
      },
    };
  }

  const link = (ref: string, refId: unknown, field: string, more: Record<string, string> = {}) => {
    const post = request(server.url)
      .post('/api/upload')
      .field({ ref, refId: String(refId), field, ...more });
    return post;
  };
  const send = (ref: string, refId: unknown, field: string, more: Record<string, string> = {}) =>
    link(ref, refId, field, more).attach('files', small, 'a.png');

  /** Names of the files in an attribute of each version of an event, and in each language. */
  async function seen(event: Event, path: string[]): Promise<Record<string, string[]>> {
    const rows = await event.rows();
    const names = async ({ id }: Row) => {
      const populate = path.reduceRight<unknown>(
        (inner, step) =>
          /^\d/.test(step) ? inner : { [step]: inner === true ? true : { populate: inner } },
        true
      );
      const entry = await server.inside(
        (strapi, where, populate) =>
          strapi.db.query('api::event.event').findOne({ where, populate: populate as object }),
        { id },
        path.some((step) => /^\d/.test(step)) && path[0] === 'blocks'
          ? {
              blocks: {
                on: { 'media.slide': { populate: true }, 'media.gallery': { populate: true } },
              },
            }
          : populate
      );
      const found = path.reduce<unknown>(
        (at, step) => (at as Record<string, unknown>)?.[step],
        entry
      );
      return [found ?? []].flat().map((file) => (file as { name: string }).name);
    };
    return {
      draft: await names(rows.draft),
      published: await names(rows.published),
      german: await names(rows.german),
      germanPublished: await names(rows.germanPublished),
    };
  }

  const A = ['a.png'];
  const NONE: string[] = [];

  /** The files that each version and language of the event links. In NOWHERE, none of them links the file. */
  const NOWHERE = { draft: NONE, published: NONE, german: NONE, germanPublished: NONE };
  const ENGLISH_DRAFT = { ...NOWHERE, draft: A };
  const ENGLISH = { ...ENGLISH_DRAFT, published: A };
  const GERMAN = { ...NOWHERE, german: A, germanPublished: A };
  const ALL = { ...ENGLISH, ...GERMAN, draft: A, published: A };

  describe('a link by document id', () => {
    it.each<[string, string, Record<string, string>, Record<string, string[]>]>([
      ['of the default language', 'poster', {}, ENGLISH],
      ['of a language', 'poster', { locale: 'de' }, GERMAN],
      ['of the draft alone', 'poster', { status: 'draft' }, ENGLISH_DRAFT],
      ['of what is published', 'poster', { status: 'published' }, ENGLISH],
      ['of what is not localized', 'logo', {}, ALL],
      ['of several files', 'photos', {}, ENGLISH],
      ['in a component', 'seo.image', {}, ENGLISH],
      ['in a component of a component', 'seo.social.picture', {}, ENGLISH],
      ['in one of several components', 'slides.1.picture', {}, ENGLISH],
      ['in a dynamic zone', 'blocks.1.picture', {}, ENGLISH],
      ['of several in a dynamic zone', 'blocks.0.pictures', { locale: 'de' }, GERMAN],
    ])('%s (%s %j)', async (_what, field, more, expected) => {
      const event = await createEvent();
      await send(EVENT, event.documentId, field, more).expect(201);
      expect(await seen(event, field.split('.'))).toEqual(expected);
    });

    it('of a single type, of a model without drafts, by bare names', async () => {
      const about = await server.inside(async (strapi) => {
        const documents = strapi.documents('api::about.about' as 'plugin::upload.file');
        return documents.create({ data: { title: 'us' } as object });
      });
      await send('about', about.documentId, 'portrait').expect(201);
      expect(await linkedNames(server, 'api::about.about', Number(about.id), 'portrait')).toEqual(
        A
      );
    });
  });

  describe('a link by row id', () => {
    it('of the published version links the draft too, so that it is there after the next publication', async () => {
      const event = await createEvent();
      await send(EVENT, (await event.rows()).published.id, 'poster').expect(201);
      expect(await seen(event, ['poster'])).toEqual(ENGLISH);
    });

    it('of a draft links that draft', async () => {
      const event = await createEvent();
      await send(EVENT, (await event.rows()).draft.id, 'poster').expect(201);
      expect(await seen(event, ['poster'])).toEqual(ENGLISH_DRAFT);
    });

    it('of what is not localized links every language', async () => {
      const event = await createEvent();
      await send(EVENT, (await event.rows()).germanPublished.id, 'logo').expect(201);
      expect(await seen(event, ['logo'])).toEqual(ALL);
    });

    it('that a publication has replaced is a 404 that recommends the document id', async () => {
      const event = await createEvent();
      const { id } = (await event.rows()).published;
      await server.inside(
        (strapi, documentId) =>
          strapi
            .documents('api::event.event' as 'plugin::upload.file')
            .publish({ documentId, locale: 'en' } as never),
        event.documentId
      );
      const { body } = await send(EVENT, id, 'poster').expect(404);
      expect(body.error.message).toContain('Send its documentId');
    });

    it('of a component links that row alone', async () => {
      const event = await createEvent();
      const slide = await server.inside(
        async (strapi, where) => {
          const entry = await strapi.db
            .query('api::event.event')
            .findOne({ where, populate: ['slides'] });
          return entry.slides[0].id as number;
        },
        { id: (await event.rows()).draft.id }
      );
      await send('media.slide', slide, 'picture').expect(201);
      expect(await seen(event, ['slides', '0', 'picture'])).toEqual(ENGLISH_DRAFT);
    });
  });

  describe('a link stays', () => {
    const act = (event: Event, action: string) =>
      server.inside(
        async (strapi, documentId, action) => {
          const documents = strapi.documents(
            'api::event.event' as 'plugin::upload.file'
          ) as unknown as Record<string, (params: object) => Promise<unknown>>;
          const data = action === 'update' ? { data: { title: 'changed' } } : {};
          await documents[action]!({ documentId, locale: 'en', ...data });
          if (action === 'unpublish') {
            await documents.publish!({ documentId, locale: 'en' });
          }
        },
        event.documentId,
        action
      );

    it.each(['publish', 'unpublish', 'discardDraft', 'update'])('after %s', async (action) => {
      const event = await createEvent();
      for (const field of ['poster', 'logo', 'seo.image', 'blocks.1.picture']) {
        await send(EVENT, event.documentId, field).expect(201);
      }
      await act(event, action);
      for (const field of ['poster', 'logo', 'seo.image', 'blocks.1.picture']) {
        const { draft, published } = await seen(event, field.split('.'));
        expect([field, draft, published]).toEqual([field, A, A]);
      }
    });

    it('after a PUT of another field over REST', async () => {
      const restaurant = await createRestaurant(server);
      await send(RESTAURANT, restaurant.published, 'cover').expect(201);
      await request(server.url)
        .put(`/api/restaurants/${restaurant.documentId}`)
        .send({ data: { name: 'Renamed' } })
        .expect(200);
      const rows: Row[] = await server.inside(
        (strapi, where) => strapi.db.query('api::restaurant.restaurant').findMany({ where }),
        { documentId: restaurant.documentId }
      );
      for (const { id } of rows) {
        expect(await linkedNames(server, RESTAURANT, id, 'cover')).toEqual(A);
      }
    });
  });

  describe('a link is refused and leaves nothing', () => {
    let event: Event;
    beforeAll(async () => {
      event = await createEvent();
    });

    it.each<[string, string, string, string, number, RegExp]>([
      [
        'an unknown model',
        'api::nope.nope',
        'DOC',
        'poster',
        400,
        /^ref: there is no model "api::nope\.nope"/,
      ],
      ['a bare name of none', 'nope', 'DOC', 'poster', 400, /^ref: /],
      ['an unknown component', 'media.nope', '1', 'picture', 400, /^ref: /],
      [
        'a document that is none',
        EVENT,
        'zzzzzzzzzzzzzzzzzzzzzzzz',
        'poster',
        404,
        /^refId: .* has no entry/,
      ],
      ['a number that is no row', EVENT, '999999', 'poster', 404, /^refId: /],
      ['a number too large for an id', EVENT, '99999999999', 'poster', 404, /^refId: /],
      ['zero', EVENT, '0', 'poster', 404, /^refId: /],
      ['a negative number', EVENT, '-1', 'poster', 404, /^refId: /],
      ['SQL as id', EVENT, "1' OR '1'='1", 'poster', 404, /^refId: /],
      ['an unknown field', EVENT, 'DOC', 'nope', 400, /^field: "nope" is not a media attribute/],
      [
        'a field that is no media',
        EVENT,
        'DOC',
        'title',
        400,
        /^field: "title" is not a media attribute/,
      ],
      ['an inherited name', EVENT, 'DOC', 'constructor', 400, /^field: /],
      ['a component itself', EVENT, 'DOC', 'seo', 400, /^field: /],
      ['a path through text', EVENT, 'DOC', 'title.image', 400, /^field: /],
      ['a path past a media attribute', EVENT, 'DOC', 'poster.url', 400, /^field: /],
      ['a list without a place in it', EVENT, 'DOC', 'slides.picture', 400, /^field: /],
      ['a place in what is no list', EVENT, 'DOC', 'seo.0.image', 400, /^field: /],
      [
        'a place past the end',
        EVENT,
        'DOC',
        'slides.7.picture',
        404,
        /^field: .* has no component with the media attribute "slides\.7\.picture"/,
      ],
      ['a component of another kind there', EVENT, 'DOC', 'blocks.0.picture', 404, /^field: /],
      ['an attribute of no block', EVENT, 'DOC', 'blocks.0.nope', 400, /^field: /],
      ['an empty path', EVENT, 'DOC', '.', 400, /^field: /],
      ['a related content type', EVENT, 'DOC', 'createdBy.avatar', 400, /^field: /],
    ])('of %s', async (_what, ref, refId, field, status, message) => {
      const id = refId === 'DOC' ? event.documentId : refId;
      const before = await stateOf(server);
      const first = await send(ref, id, field);
      expect([first.status, first.body.error.message]).toEqual([
        status,
        expect.stringMatching(message),
      ]);
      const last = await request(server.url)
        .post('/api/upload')
        .attach('files', small, 'a.png')
        .field({ ref, refId: id, field });
      expect([last.status, last.body.error.message]).toEqual([
        status,
        expect.stringMatching(message),
      ]);
      expect(await stateOf(server)).toEqual(before);
    });

    it.each<[Record<string, string>, RegExp]>([
      [{ locale: 'fr' }, /in the locale "fr"/],
      [{ status: 'nope' }, /^status: "nope"/],
    ])('with %j', async (more, message) => {
      const before = await stateOf(server);
      const { status, body } = await send(EVENT, event.documentId, 'poster', more);
      expect([400, 404]).toContain(status);
      expect(body.error.message).toMatch(message);
      expect(await stateOf(server)).toEqual(before);
    });

    it.each(['ref', 'refId', 'field'])('without %s', async (missing) => {
      const all = { ref: EVENT, refId: event.documentId, field: 'poster' };
      const fields = Object.fromEntries(Object.entries(all).filter(([key]) => key !== missing));
      const before = await stateOf(server);
      const { body } = await request(server.url)
        .post('/api/upload')
        .field(fields)
        .attach('files', small, 'a.png')
        .expect(400);
      expect(body.error.message).toContain(`The request has no ${missing}.`);
      expect(await stateOf(server)).toEqual(before);
    });

    it('of two files to a single attribute', async () => {
      const before = await stateOf(server);
      const { body } = await send(EVENT, event.documentId, 'poster')
        .attach('files', small, 'b.png')
        .expect(400);
      expect(body.error.message).toContain('accepts only one file, but 2 files were sent');
      expect(await stateOf(server)).toEqual(before);
    });

    it.each(['first', 'last'])(
      'of a kind that the attribute does not take, fields %s',
      async (when) => {
        const fields = { ref: EVENT, refId: event.documentId, field: 'photos' };
        const before = await stateOf(server);
        const post = request(server.url).post('/api/upload');
        if (when === 'first') {
          post.field(fields);
        }
        post.attach('files', small, 'a.png').attach('files', samples.pdf(), 'menu.pdf');
        const { body } = await (when === 'last' ? post.field(fields) : post).expect(400);
        expect(body.error.details.errors).toEqual([
          {
            file: 'menu.pdf',
            code: 'TYPE_NOT_ALLOWED',
            message: `The file "menu.pdf" (application/pdf) cannot be linked to ${EVENT}.photos, which accepts only images, videos.`,
          },
        ]);
        expect(await stateOf(server)).toEqual(before);
      }
    );

    it('before a byte of its files is stored, where its fields come first', async () => {
      const staged = await server.inside(async (strapi) => {
        const { storage } = strapi.get('strapi-upload.container').stored as {
          storage: { stage(body: unknown): unknown };
        };
        const counter = strapi as unknown as { staged: number };
        counter.staged = 0;
        const stage = storage.stage.bind(storage);
        storage.stage = (body) => {
          counter.staged += 1;
          return stage(body);
        };
        return counter.staged;
      });
      expect(staged).toBe(0);
      await send(EVENT, 'zzzzzzzzzzzzzzzzzzzzzzzz', 'poster').expect(404);
      await send(EVENT, event.documentId, 'photos').attach('files', small, 'b.png').expect(201);
      const after = await server.inside(
        (strapi) => (strapi as unknown as { staged: number }).staged
      );
      // There are two originals, and at most two optimised originals. The images are too small for formats.
      expect(after).toBeGreaterThanOrEqual(2);
      expect(after).toBeLessThanOrEqual(4);
    });
  });

  describe('who may link', () => {
    const FORBIDDEN = [403, expect.stringContaining(`needs the permission "${EVENT}.update"`)];
    const asPublic = (actions: string[]) => allowPublic(server, actions);
    afterAll(() => asPublic([...UPLOAD_ACTIONS, ...UPDATE]));

    const token = (type: string, permissions: string[] | null) =>
      server.inside(
        async (strapi, type, permissions) => {
          const { accessKey } = await strapi.service('admin::api-token').create({
            name: `${type} ${Date.now()} ${permissions?.length}`,
            description: '',
            type,
            lifespan: null,
            permissions,
          });
          return accessKey as string;
        },
        type,
        permissions
      );

    it('without update is refused, before and after the files, and for components', async () => {
      await asPublic(UPLOAD_ACTIONS);
      const event = await createEvent();
      const before = await stateOf(server);
      for (const field of ['poster', 'seo.image', 'blocks.1.picture']) {
        const { status, body } = await send(EVENT, event.documentId, field);
        expect([status, body.error.message]).toEqual(FORBIDDEN);
      }
      const late = await request(server.url)
        .post('/api/upload')
        .attach('files', small, 'a.png')
        .field({ ref: EVENT, refId: event.documentId, field: 'poster' });
      expect([late.status, late.body.error.message]).toEqual(FORBIDDEN);
      const slide = await server.inside(
        async (strapi, where) => {
          const entry = await strapi.db
            .query('api::event.event')
            .findOne({ where, populate: ['seo.social'] });
          return entry.seo.social.id as number;
        },
        { id: (await event.rows()).draft.id }
      );
      const component = await send('media.slide', slide, 'picture');
      expect([component.status, component.body.error.message]).toEqual([
        403,
        expect.stringContaining(`"${EVENT}.update"`),
      ]);
      expect(await stateOf(server)).toEqual(before);
    });

    it.each<[string, string, string[] | null, number]>([
      ['a full-access token', 'full-access', null, 201],
      [
        'a token with both',
        'custom',
        ['plugin::upload.content-api.upload', `${EVENT}.update`],
        201,
      ],
      ['a token without update', 'custom', ['plugin::upload.content-api.upload'], 403],
    ])('%s', async (_who, type, permissions, status) => {
      await asPublic([]);
      const event = await createEvent();
      const key = await token(type, permissions);
      await send(EVENT, event.documentId, 'poster')
        .set('Authorization', `Bearer ${key}`)
        .expect(status);
      const expected = status === 201 ? A : NONE;
      expect((await seen(event, ['poster'])).draft).toEqual(expected);
    });

    it('a signed-in user to the own row, and to no other', async () => {
      await asPublic([]);
      await allowRole(server, 'authenticated', ['plugin::upload.content-api.upload']);
      const { id, authorization } = await member(server, 'ann');
      const other = await member(server, 'bob');
      const avatar = (refId: number) =>
        send('user', refId, 'avatar', { source: 'users-permissions' }).set(
          'Authorization',
          authorization
        );
      await avatar(id).expect(201);
      await avatar(other.id).expect(403);
      const uid = 'plugin::users-permissions.user';
      expect(await linkedNames(server, uid, id, 'avatar')).toEqual(A);
      expect(await linkedNames(server, uid, other.id, 'avatar')).toEqual(NONE);
    });
  });

  describe('twenty uploads to one attribute at once', () => {
    it('leave twenty orders, each once, in every version', async () => {
      const event = await createEvent();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(EVENT, event.documentId, 'photos'))
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      const { draft, published } = await event.rows();
      for (const { id } of [draft, published]) {
        const orders = await server.inside(
          async (strapi, where) => {
            const rows = await strapi.db
              .getConnection('files_related_mph')
              .where(where)
              .orderBy('order');
            return rows.map((row: { order: number }) => row.order);
          },
          { related_id: id, related_type: 'api::event.event', field: 'photos' }
        );
        expect(orders).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      }
    });
  });

  describe('the settings', () => {
    const with_ = async (links: object, test: (server: Server) => Promise<void>) => {
      const files = { 'config/plugins.js': pluginsWith({ links }) };
      const ownSite = await createSite(kind, { files });
      try {
        const own = await ownSite.start();
        await allowPublic(own, UPLOAD_ACTIONS);
        await test(own);
      } finally {
        await ownSite.remove();
      }
    };
    const post = (own: Server, refId: unknown, field: string) =>
      request(own.url)
        .post('/api/upload')
        .field({ ref: RESTAURANT, refId: String(refId), field })
        .attach('files', small, 'a.png');

    it('links.authorize: false asks for no permission', () =>
      with_({ authorize: false }, async (own) => {
        const { published } = await createRestaurant(own);
        await post(own, published, 'cover').expect(201);
        await post(own, 999, 'cover').expect(404);
      }));

    it('links.validate: false writes any link, as the built-in does', () =>
      with_({ authorize: false, validate: false }, async (own) => {
        await post(own, 999, 'nope').expect(201);
        const rows = await own.inside((strapi) => strapi.db.getConnection('files_related_mph'));
        expect(rows).toMatchObject([{ related_id: 999, related_type: RESTAURANT, field: 'nope' }]);
        await post(own, 'abc', 'cover').expect(201);
      }));
  });
});
