import path from 'node:path';
import request from 'supertest';
import { sendFile } from '../support/api';
import { hasClamd, INFECTION, startClamd } from '../support/clamd';
import { expectNothingLeftOver, fileRows } from '../support/consistency';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { startServer, type Server } from '../support/server';

const configured = (scan: string, more = '') => ({
  'config/plugins.js': `module.exports = () => ({
    upload: { config: { security: { scan: ${scan}, scanTimeout: 300 ${more} } } },
    'users-permissions': { config: { jwtSecret: 'test-only' } },
  });`,
});

/** A scan function that records its arguments. The file's name and content decide the result. */
const SCAN = `async (file) => {
  const { name, ext, mime, size, stream, signal } = file;
  global.seen = { name, ext, mime, size, streams: (global.seen?.streams ?? []).concat(stream) };
  if (name === 'unread.txt') return;
  if (name === 'slow.txt') return new Promise((done) => signal.addEventListener('abort', () => done()));
  if (name === 'broken.txt') throw new Error('no connection');
  if (name === 'odd.txt') return true;
  if (name === 'none.txt') return '';
  let text = '';
  for await (const chunk of stream) text += chunk;
  global.seen.text = text;
  return text.includes('bad') ? 'it is bad' : null;
}`;

describe('security.scan', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ files: configured(SCAN) });
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => server.stop());

  const upload = (name: string, content: string, query = '') =>
    sendFile(server, name, content, { path: `/api/upload${query}` });

  it('lets in what it has nothing against', async () => {
    await upload('good.txt', 'good').expect(201);
    await upload('unread.txt', 'good').expect(201);

    const seen = await server.inside(() => {
      const { streams, ...rest } = Reflect.get(globalThis, 'seen') as {
        streams: Array<{ destroyed: boolean }>;
      };
      return { ...rest, open: streams.filter(({ destroyed }) => !destroyed).length };
    });
    expect(seen).toEqual({ name: 'unread.txt', ext: '.txt', mime: 'text/plain', size: 4, open: 0 });
  });

  it('sees an SVG as it came', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>bad()</script></svg>';
    const { body } = await upload('a.svg', svg).expect(400);
    expect(body.error.details.errors[0].code).toBe('SCAN_REFUSED');
  });

  it('refuses with its reason, and with it the whole request', async () => {
    const before = await fileRows(server);
    const { body } = await upload('good.txt', 'good')
      .attach('files', Buffer.from('bad'), 'poison.txt')
      .expect(400);

    expect(body.error.details.errors).toEqual([
      {
        file: 'poison.txt',
        code: 'SCAN_REFUSED',
        message: 'The file "poison.txt" was refused by the check of this project: it is bad.',
      },
    ]);
    expect(await fileRows(server)).toEqual(before);
    await expectNothingLeftOver(server);
  });

  it('keeps the old file where it refuses a new one', async () => {
    const { body } = await upload('old.txt', 'old').expect(201);
    await upload('new.txt', 'bad', `?id=${body[0].id}`).expect(400);
    const { text } = await request(server.url).get(body[0].url).expect(200);
    expect(text).toBe('old');
  });

  it('is asked about what other plugins store', async () => {
    const refused = await server.inside(async (strapi) => {
      const { writeFile } = process.getBuiltinModule('node:fs/promises');
      const filepath = `${process.env.TMPDIR}/given.txt`;
      await writeFile(filepath, 'bad');
      const files = { filepath, originalFilename: 'a.txt', mimetype: 'text/plain', size: 3 };
      try {
        await strapi.plugin('upload').service('upload').upload({ data: {}, files });
        return 'stored';
      } catch (error) {
        return (error as Error).message;
      } finally {
        await process.getBuiltinModule('node:fs/promises').rm(filepath);
      }
    });
    expect(refused).toMatch('it is bad');
  });

  it.each([
    ['slow.txt', 'it took longer than security.scanTimeout'],
    ['broken.txt', 'no connection'],
    ['odd.txt', 'it must return a text with the reason for a refusal'],
    ['none.txt', 'it must return a text with the reason for a refusal'],
  ])('that fails for %s lets nothing in: %s', async (name, why) => {
    const before = await fileRows(server);
    await upload(name, 'good').expect(503);

    expect(server.output()).toMatch(
      new RegExp(`security.scan failed for the file "${name}".*${why}`)
    );
    expect(await fileRows(server)).toEqual(before);
    await expectNothingLeftOver(server);
  });
});

// If ClamAV is not installed, jest skips these tests and reports them as skipped.
(hasClamd ? describe : describe.skip)('the example for ClamAV', () => {
  let server: Server;
  let daemon: Awaited<ReturnType<typeof startClamd>>;
  beforeAll(async () => {
    daemon = await startClamd();
    const example = path.resolve(__dirname, '../../docs/examples/clamd.js');
    const scan = `require(${JSON.stringify(example)})({ host: '127.0.0.1', port: ${daemon.port} })`;
    const files = configured(scan, ', scanTimeout: 10_000');
    server = await startServer({ files });
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(async () => {
    await server?.stop();
    await daemon?.stop();
  });

  const upload = (content: Buffer, name: string) => sendFile(server, name, content);

  it('lets good files in and names what it finds in bad ones', async () => {
    await upload(Buffer.from('good'), 'good.txt').expect(201);
    await upload(Buffer.alloc(900_000, 'good'), 'large.txt').expect(201);
    const { body } = await upload(Buffer.from(`This is ${INFECTION}.`), 'bad.txt').expect(400);
    expect(body.error.message).toMatch(
      /^The file "bad.txt" was refused by the check of this project: it holds Own\.Test/
    );
  });

  it('lets nothing in that the daemon does not read whole', async () => {
    await upload(Buffer.alloc(3_000_000, 'good'), 'huge.txt').expect(503);
    expect(server.output()).toMatch(
      /scan failed for the file "huge.txt": .*(size limit exceeded|EPIPE|ECONNRESET)/
    );
  });

  it('lets nothing in when the daemon is away', async () => {
    await daemon.stop();
    await upload(Buffer.from('good'), 'good.txt').expect(503);
    await expectNothingLeftOver(server);
  });
});
