import request, { type Test } from 'supertest';
import { expectNothingLeftOver, fileRows } from '../support/consistency';
import { onEveryDatabase } from '../support/databases';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { createSite, type Site } from '../support/site';
import { stateOf } from '../support/state';
import { MODELS } from './models';
import { OWN_CODE } from './own-code';

const EVENTS = '/api/events';
const EVENT = 'api::event.event';
const ABOUT = 'api::about.about';
const OWN = 'api::own.own';
const WATCHED = 'api::watched.watched';
const [UPLOAD = ''] = UPLOAD_ACTIONS;
const WRITE = [EVENT, OWN, WATCHED].flatMap((uid) => [`${uid}.create`, `${uid}.update`]);
const ALLOWED = [...UPLOAD_ACTIONS, ...WRITE, `${ABOUT}.update`];

interface Named {
  id: number;
  name: string;
  alternativeText: string | null;
}

onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let png: Buffer;

  beforeAll(async () => {
    png = await samples.png({ width: 20, height: 20 });
    site = await createSite(kind, { files: { ...MODELS, ...OWN_CODE } });
    server = await site.start();
    await server.inside(async (strapi) => {
      await strapi.plugin('i18n').service('locales').create({ code: 'de', name: 'German' });
    });
    await allowPublic(server, ALLOWED);
  });
  afterAll(() => site?.remove());

  const post = (path = EVENTS, query = {}) => request(server.url).post(path).query(query);
  const put = (path: string, query = {}) => request(server.url).put(path).query(query);
  const attach = (sent: Test, field: string, name = 'a.png') => sent.attach(field, png, name);
  const names = (value: unknown) => [value ?? []].flat().map((file) => (file as Named).name);

  const ALL = {
    populate: {
      poster: true,
      photos: true,
      seo: { populate: { image: true, social: { populate: '*' } } },
      slides: { populate: '*' },
      blocks: { populate: '*' },
    },
  };
  const created = async (send: (sent: Test) => Test) => {
    const { body } = await send(post(EVENTS, ALL)).expect(201);
    return body.data;
  };
  /** Names of the files in an attribute, for the draft and for the published version. */
  const versions = (documentId: string, field: string) =>
    server.inside(
      async (strapi, documentId, field) => {
        const rows = await strapi.db
          .query('api::event.event')
          .findMany({ where: { documentId }, populate: [field], orderBy: { id: 'asc' } });
        return rows.map((row) => [row[field] ?? []].flat().map((file: Named) => file.name));
      },
      documentId,
      field
    );

  describe('an entry and its files in one request', () => {
    it('are stored and linked: single, several, in components, in a dynamic zone', async () => {
      const data = {
        title: 'one',
        seo: { title: 'seo', social: { caption: 'inner' } },
        slides: [{ caption: 'first' }, { caption: 'second' }],
        blocks: [{ __component: 'media.gallery' }, { __component: 'media.slide', caption: 'b' }],
      };
      const event = await created((sent) => {
        sent.field('data', JSON.stringify(data));
        for (const [field, name] of [
          ['files.poster', 'poster.png'],
          ['files.photos', 'one.png'],
          ['files.photos', 'two.png'],
          ['files.seo.image', 'seo.png'],
          ['files.seo.social.picture', 'social.png'],
          ['files.slides.1.picture', 'slide.png'],
          ['files.blocks.0.pictures', 'gallery.png'],
          ['files.blocks.1.picture', 'block.png'],
        ] as const) {
          attach(sent, field, name);
        }
        return sent.field('fileInfo.photos', JSON.stringify([{ alternativeText: 'first' }, {}]));
      });

      expect(event).toMatchObject({ title: 'one', poster: { name: 'poster.png' } });
      expect(event.photos).toMatchObject([
        { name: 'one.png', alternativeText: 'first' },
        { name: 'two.png', alternativeText: null },
      ]);
      expect(event.seo).toMatchObject({ title: 'seo', image: { name: 'seo.png' } });
      expect(event.seo.social).toMatchObject({ caption: 'inner', picture: { name: 'social.png' } });
      expect(event.slides.map((slide: { picture: unknown }) => names(slide.picture))).toEqual([
        [],
        ['slide.png'],
      ]);
      expect(names(event.blocks[0].pictures)).toEqual(['gallery.png']);
      expect(names(event.blocks[1].picture)).toEqual(['block.png']);
      // Strapi publishes entries that are created over REST, so the draft and the published version have the same
      // files.
      expect(await versions(event.documentId, 'photos')).toEqual([
        ['one.png', 'two.png'],
        ['one.png', 'two.png'],
      ]);
      await expectNothingLeftOver(server);
    });

    it('work with the files before the data, and with data sent as a file of JSON', async () => {
      const event = await created((sent) =>
        attach(sent, 'files.poster').attach('data', Buffer.from('{"title":"late"}'), {
          filename: 'blob',
          contentType: 'application/json',
        })
      );
      expect(event).toMatchObject({ title: 'late', poster: { name: 'a.png' } });
    });

    it('work without files, and a JSON request is as before', async () => {
      const form = await created((sent) => sent.field('data', '{"title":"form"}'));
      const json = await created((sent) => sent.send({ data: { title: 'json' } }));
      expect([form.title, json.title]).toEqual(['form', 'json']);
    });

    it('change an entry: one file takes the place of another, several are added', async () => {
      const { documentId } = await created((sent) =>
        attach(attach(sent.field('data', '{"title":"t"}'), 'files.poster'), 'files.photos', '1.png')
      );
      const sent = put(`${EVENTS}/${documentId}`, ALL);
      const { body } = await attach(
        attach(sent, 'files.poster', 'new.png'),
        'files.photos',
        '2.png'
      )
        .field('fileInfo.poster', '{"caption":"new one"}')
        .expect(200);

      expect(body.data).toMatchObject({
        title: 't',
        poster: { name: 'new.png', caption: 'new one' },
      });
      expect(names(body.data.photos)).toEqual(['1.png', '2.png']);
      // The replaced file stays in the library.
      expect((await fileRows(server)).length).toBeGreaterThan(3);
    });

    it.each<[string, (ids: number[]) => unknown, string[]]>([
      ['a list of ids', ([first]) => [first], ['1.png', 'new.png']],
      ['an empty list', () => [], ['new.png']],
      ['null', () => null, ['new.png']],
      ['ids to set', ([, second]) => ({ set: [second] }), ['2.png', 'new.png']],
      ['one to disconnect', ([first]) => ({ disconnect: [first] }), ['2.png', 'new.png']],
    ])('are added to what the data says of the attribute: %s', async (_what, say, expected) => {
      const event = await created((sent) =>
        attach(
          attach(sent.field('data', '{"title":"t"}'), 'files.photos', '1.png'),
          'files.photos',
          '2.png'
        )
      );
      const ids = event.photos.map(({ id }: Named) => id);
      const { body } = await attach(
        put(`${EVENTS}/${event.documentId}`, ALL).field(
          'data',
          JSON.stringify({ photos: say(ids) })
        ),
        'files.photos',
        'new.png'
      ).expect(200);
      expect(names(body.data.photos)).toEqual(expected);
    });

    it('are added in a component that is kept, and begin a new language', async () => {
      const zone = '{"title":"t","blocks":[{"__component":"media.gallery"}]}';
      const event = await created((sent) =>
        attach(sent.field('data', zone), 'files.blocks.0.pictures', '1.png')
      );
      const [{ id }] = await server.inside(async (strapi, documentId) => {
        const documents = strapi.documents('api::event.event' as 'plugin::upload.file');
        const draft = await documents.findOne({ documentId, populate: ['blocks'] as never });
        return (draft as unknown as { blocks: Array<{ id: number }> }).blocks as [{ id: number }];
      }, event.documentId);
      const kept = JSON.stringify({ blocks: [{ __component: 'media.gallery', id }] });
      const path = `${EVENTS}/${event.documentId}`;
      const changed = await attach(
        put(path, ALL).field('data', kept),
        'files.blocks.0.pictures',
        '2.png'
      );
      expect(names(changed.body.data.blocks[0].pictures)).toEqual(['1.png', '2.png']);

      const german = put(path, { ...ALL, locale: 'de' }).field('data', '{"title":"d"}');
      const { body } = await attach(german, 'files.photos', 'de.png').expect(200);
      expect(body.data).toMatchObject({ title: 'd', locale: 'de' });
      expect(names(body.data.photos)).toEqual(['de.png']);
    });

    it('work for a single type', async () => {
      const sent = put('/api/about', { populate: 'portrait' }).field('data', '{"title":"us"}');
      const { body } = await attach(sent, 'files.portrait').expect(200);
      expect(body.data).toMatchObject({ title: 'us', portrait: { name: 'a.png' } });
    });

    it("are seen by a project's policy and middleware of the route", async () => {
      const sent = post('/api/watcheds', { populate: 'picture' }).field('data', '{"title":"fine"}');
      const { body } = await attach(sent, 'files.picture').expect(201);
      expect(body.data).toMatchObject({ title: 'fine', picture: { name: 'a.png' } });
      const { body: seen } = await request(server.url).get('/api/watcheds/seen').expect(200);
      expect(seen).toEqual({ policy: 'fine', middleware: [expect.any(Number)] });
    });
  });

  describe('nothing is left of', () => {
    const refused: Array<[string, number, RegExp, (sent: Test) => Test]> = [
      [
        'an entry that Strapi refuses',
        400,
        /title must be a `string` type/,
        (sent) => attach(sent.field('data', '{"title":{"a":1}}'), 'files.poster'),
      ],
      [
        'an entry with an unknown attribute',
        400,
        /Invalid key nonsense/,
        (sent) => attach(sent.field('data', '{"title":"t","nonsense":1}'), 'files.poster'),
      ],
      [
        'a file for what is no attribute',
        400,
        /"nonsense" is not a media attribute of api::event.event/,
        (sent) => attach(sent.field('data', '{"title":"t"}'), 'files.nonsense'),
      ],
      [
        'a file for what is no media attribute',
        400,
        /"title" is not a media attribute/,
        (sent) => attach(sent.field('data', '{"title":"t"}'), 'files.title'),
      ],
      [
        'a file for an inherited name',
        400,
        /"constructor" is not a media attribute/,
        (sent) => attach(sent.field('data', '{"title":"t"}'), 'files.constructor'),
      ],
      [
        'a file in a field of uploads',
        400,
        /Send the files of an entry in the field "files.<attribute>"/,
        (sent) => attach(sent.field('data', '{"title":"t"}'), 'files'),
      ],
      [
        'two files for a single attribute',
        400,
        /accepts only one file, but 2 files were sent/,
        (sent) =>
          attach(attach(sent.field('data', '{"title":"t"}'), 'files.poster'), 'files.poster'),
      ],
      [
        'a file of another kind than the attribute takes',
        400,
        /"a.txt" \(text\/plain\) cannot be linked to api::event.event.photos/,
        (sent) =>
          sent
            .field('data', '{"title":"t"}')
            .attach('files.photos', Buffer.from('some text'), 'a.txt'),
      ],
      [
        'a good file beside one of another kind',
        400,
        /a.txt/,
        (sent) =>
          attach(sent, 'files.poster')
            .attach('files.photos', Buffer.from('some text'), 'a.txt')
            .field('data', '{"title":"t"}'),
      ],
      [
        'a broken picture',
        400,
        /broken/,
        (sent) =>
          sent
            .field('data', '{"title":"t"}')
            .attach('files.poster', png.subarray(0, 60), 'broken.png'),
      ],
      [
        'a file for a component that the data lacks',
        400,
        /files.seo.image: the field "data" has no "seo"/,
        (sent) => attach(sent.field('data', '{"title":"t"}'), 'files.seo.image'),
      ],
      [
        'a file for a place that the list lacks',
        400,
        /files.slides.1.picture: the field "data" has no "slides\[1\]"/,
        (sent) =>
          attach(sent.field('data', '{"title":"t","slides":[{}]}'), 'files.slides.1.picture'),
      ],
      [
        'a file for a component without such an attribute',
        400,
        /"media.gallery" in the field "data" has no media attribute "picture"/,
        (sent) =>
          attach(
            sent.field('data', '{"title":"t","blocks":[{"__component":"media.gallery"}]}'),
            'files.blocks.0.picture'
          ),
      ],
      [
        'a file for a component of unknown kind',
        400,
        /no known "__component"/,
        (sent) =>
          attach(
            sent.field('data', '{"title":"t","blocks":[{"__component":"x.y"}]}'),
            'files.blocks.0.picture'
          ),
      ],
      [
        'data that is not JSON',
        400,
        /The field "data" is not a JSON object/,
        (sent) => attach(sent.field('data', '{"title":'), 'files.poster'),
      ],
      [
        'data that is a list',
        400,
        /The field "data" is not a JSON object/,
        (sent) => attach(sent.field('data', '[]'), 'files.poster'),
      ],
      [
        'data sent twice',
        400,
        /The field "data" was sent more than once/,
        (sent) => attach(sent.field('data', '{}').field('data', '{}'), 'files.poster'),
      ],
      [
        'attributes sent as fields',
        400,
        /This form has no field "title"/,
        (sent) => attach(sent.field('title', 't'), 'files.poster'),
      ],
      [
        'text where a file belongs',
        400,
        /The field "files.poster" contains text/,
        (sent) => sent.field('data', '{"title":"t"}').field('files.poster', '1'),
      ],
      [
        'words about files that were not sent',
        400,
        /The field "fileInfo.poster" describes files, but no files were sent/,
        (sent) => attach(sent.field('fileInfo.poster', '{}'), 'files.photos'),
      ],
      [
        'words that are not JSON',
        400,
        /fileInfo is not valid JSON/,
        (sent) =>
          attach(sent.field('data', '{"title":"t"}').field('fileInfo.poster', '{'), 'files.poster'),
      ],
    ];

    it.each(refused)('%s (%i)', async (_what, status, message, fill) => {
      const before = await stateOf(server);
      const { body } = await fill(post()).expect(status);
      expect(body.error.message).toMatch(message);
      expect(await stateOf(server)).toEqual(before);
    });

    it('an entry that does not exist', async () => {
      const before = await stateOf(server);
      const sent = put(`${EVENTS}/aaaaaaaaaaaaaaaaaaaaaaaa`).field('data', '{"title":"t"}');
      await attach(sent, 'files.poster').expect(404);
      expect(await stateOf(server)).toEqual(before);
    });

    it("what a project's policy refuses, which sees the data", async () => {
      const before = await stateOf(server);
      const sent = post('/api/watcheds').field('data', '{"title":"forbidden"}');
      await attach(sent, 'files.picture').expect(403);
      expect(await stateOf(server)).toEqual(before);
    });

    it('what a middleware of the route answers itself', async () => {
      const before = await stateOf(server);
      const sent = post('/api/watcheds').field('data', '{"title":"teapot"}');
      await attach(sent, 'files.picture').expect(418);
      expect(await stateOf(server)).toEqual(before);
    });

    it('an upload that the client breaks off', async () => {
      const before = await stateOf(server);
      const sent = request(server.url)
        .post(EVENTS)
        .set('Content-Type', 'multipart/form-data; boundary=x')
        .send(
          `--x\r\nContent-Disposition: form-data; name="files.poster"; filename="a.txt"\r\n\r\nhalf`
        );
      await sent.expect(400);
      expect(await stateOf(server)).toEqual(before);
    });
  });

  describe('permission', () => {
    afterEach(() => allowPublic(server, ALLOWED));

    it('of the entry is asked for before the body is read', async () => {
      await allowPublic(server, UPLOAD_ACTIONS);
      const before = await stateOf(server);
      await attach(post().field('data', '{"title":"t"}'), 'files.poster').expect(403);
      expect(await stateOf(server)).toEqual(before);
    });

    it('of uploading is asked for before a file is stored, and is not needed without files', async () => {
      await allowPublic(server, WRITE);
      const before = await stateOf(server);
      const { body } = await attach(post(), 'files.poster').expect(403);
      expect(body.error.message).toContain(UPLOAD);
      expect(await stateOf(server)).toEqual(before);
      await post().field('data', '{"title":"t"}').expect(201);
    });
  });

  it('a controller of the project sees its request as before', async () => {
    const sent = post('/api/owns').field('data', '{"title":"t"}').field('more', 'text');
    const { body } = await attach(sent, 'files.picture').expect(200);
    expect(body).toEqual({ data: '{"title":"t"}', more: 'text', files: ['files.picture'] });
    // Without a form, the request's body is what Strapi has parsed.
    await post('/api/owns').expect(200);
  });

  it('entryFiles: false leaves all forms to Strapi', async () => {
    const set = (value: boolean) =>
      server.inside((strapi, on) => void strapi.config.set('plugin::upload.entryFiles', on), value);
    await set(false);
    try {
      const before = await stateOf(server);
      const { body } = await attach(post().field('data', '{"title":"t"}'), 'files.poster').expect(
        400
      );
      expect(body.error.message).toBe('Missing "data" payload in the request body');
      expect((await stateOf(server)).rows).toEqual(before.rows);
    } finally {
      await set(true);
    }
  });

  it.each(['import', 'aaaaaaaaaaaaaaaaaaaaaaaa'])(
    "a route of the project's own that comes first keeps its body: %s",
    async (id) => {
      const sent = put(`/api/watcheds/${id}`).field('some', 'text');
      const { body } = await attach(sent, 'sheet').expect(200);
      expect(body).toEqual({ some: 'text', files: ['sheet'] });
    }
  );
});
