import request from 'supertest';
import { sendFile } from '../support/api';
import { expectNothingLeftOver } from '../support/consistency';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';
import { HOPELESS } from '../support/svg-vectors';

const ACTIVE = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6" onload="alert(1)"><script>alert(1)</script><g/></svg>'
);
const SAFE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><g/></svg>';

let server: Server;
const upload = (content: Buffer = ACTIVE, name = 'a.svg') => sendFile(server, name, content);
const stored = async (url: string) =>
  String((await request(server.url).get(url).buffer().expect(200)).body);
const setSvg = (value: string) =>
  server.inside((strapi, svg) => void strapi.config.set('plugin::upload.security.svg', svg), value);

/** Sets the time limit for an SVG, in ms, and returns the previous one. */
const giveTime = (time: number): Promise<number> =>
  server.inside((strapi, time) => {
    const { limits } = strapi.get('strapi-upload.container').access.sanitizer;
    const before = limits.time;
    limits.time = time;
    return before;
  }, time);

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());
afterEach(() => setSvg('sanitize'));

describe('an SVG', () => {
  it.each(['a.svg', 'a.png', 'a.txt', 'a'])(
    'sent as %s is stored without scripts',
    async (name) => {
      const { body } = await upload(ACTIVE, name).expect(201);
      expect(body[0]).toMatchObject({ mime: 'image/svg+xml', width: 8, height: 6, size: 0.07 });
      expect(await stored(body[0].url)).toBe(SAFE);
    }
  );

  it('in the place of another file is stored without scripts', async () => {
    const { body } = await upload(Buffer.from('text'), 'a.txt').expect(201);
    await request(server.url)
      .post(`/api/upload?id=${body[0].id}`)
      .attach('files', ACTIVE, 'a.svg')
      .expect(200);
    expect(await stored(body[0].url)).toBe(SAFE);
  });

  it('that other plugins store is stored without scripts', async () => {
    const [file] = await server.inside(async (strapi, content) => {
      const { rm, writeFile } = process.getBuiltinModule('node:fs/promises');
      const filepath = `${process.env.TMPDIR}/given.svg`;
      await writeFile(filepath, content);
      const files = { filepath, originalFilename: 'a.svg', mimetype: 'image/svg+xml', size: 1 };
      const stored = await strapi.plugin('upload').service('upload').upload({ data: {}, files });
      await rm(filepath);
      return stored;
    }, String(ACTIVE));
    expect(await stored(file.url)).toBe(SAFE);
  });

  it('in UTF-16, which no first bytes give away, is stored without scripts', async () => {
    const { body } = await upload(Buffer.from(`\ufeff${String(ACTIVE)}`, 'utf16le')).expect(201);
    expect(await stored(body[0].url)).toBe(SAFE);
  });

  it.each(HOPELESS)('that cannot be made safe is refused: %s', async (_what, svg) => {
    const before = await stateOf(server);
    const { body } = await upload(Buffer.from(svg))
      .attach('files', Buffer.from('text'), 'b.txt')
      .expect(400);
    expect(body.error.details.errors).toMatchObject([{ file: 'a.svg', code: 'UNSAFE_SVG' }]);
    expect(await stateOf(server)).toEqual(before);
  });

  it('is refused where the project says so, and kept where it says so', async () => {
    await setSvg('reject');
    const { body } = await upload().expect(400);
    expect(body.error.message).toBe('The file "a.svg" is an SVG. SVG files are not allowed here.');
    await setSvg('keep');
    const { body: kept } = await upload().expect(201);
    expect(await stored(kept[0].url)).toBe(String(ACTIVE));
  });

  it('that takes long keeps nobody else waiting', async () => {
    const slow = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg">${'<path d="M0 0"/>'.repeat(6_000)}</svg>`
    );
    // Set a high time limit, so that the load of the machine does not matter.
    const before = await giveTime(60_000);
    let over = false;
    const sent = upload(slow).then(({ status }) => {
      over = true;
      return status;
    });
    let answered = 0;
    while (!over && answered < 5) {
      await request(server.url).get('/api/upload/files').expect(200);
      answered += 1;
    }
    expect(answered).toBe(5);
    expect(over).toBe(false);
    expect(await sent).toBe(201);
    await giveTime(before);
    await expectNothingLeftOver(server);
  });
});
