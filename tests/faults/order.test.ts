import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

/**
 * A killed process loses nothing that it has written to the kernel, but a power cut loses data that was not synced.
 * Only the order of the calls shows whether bytes and names are synced before the commit of their row.
 */
describe('the order of syncs, names and commits', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
    await allowPublic(server, UPLOAD_ACTIONS);
    await server.inside(async (strapi) => {
      const fs = process.getBuiltinModule('node:fs/promises');
      const log = ((globalThis as Record<string, unknown>).calls = [] as string[]);
      const kind = (target: unknown) => (String(target).includes('.staging') ? 'staged' : 'public');
      const handle = await fs.open('/', 'r');
      const prototype = Object.getPrototypeOf(handle);
      await handle.close();
      const { open, link, rename, unlink } = fs;
      const paths = new WeakMap<object, string>();
      Object.assign(fs, {
        async open(target: string, ...rest: [string]) {
          const opened = await open(target, ...rest);
          paths.set(opened, kind(target));
          if (/\bmark\./.test(String(target))) {
            log.push('mark');
          }
          return opened;
        },
        async link(from: string, to: string) {
          await link(from, to);
          log.push(`link ${kind(from)} to ${kind(to)}`);
        },
        async unlink(target: string) {
          await unlink(target);
          if (/\bmark\./.test(String(target))) {
            log.push('unmark');
          }
        },
        async rename(from: string, to: string) {
          await rename(from, to);
          log.push(`rename ${kind(from)} to ${kind(to)}`);
        },
      });
      for (const name of ['sync', 'datasync']) {
        const sync = prototype[name];
        prototype[name] = async function () {
          await sync.call(this);
          log.push(`${name} ${paths.get(this)}`);
        };
      }
      strapi.db.connection.on('query', ({ sql }: { sql: string }) => {
        if (/^(insert into|update|delete from) .(files|upload_ledger)\b/i.test(sql)) {
          log.push(/^[^`"]*[`"]\w+/.exec(sql)![0].replace(/[`"]/g, ''));
        }
      });
    });
  });
  afterAll(() => server.stop());

  const callsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    await server.inside(
      () => void (((globalThis as Record<string, unknown>).calls as []).length = 0)
    );
    await work();
    return server.inside(() => (globalThis as Record<string, unknown>).calls as string[]);
  };

  it('of an upload: marker and bytes, then the name, then its folder, then the rows', async () => {
    const calls = await callsOf(() =>
      request(server.url).post('/api/upload').attach('files', samples.csv(), 'a.csv').expect(201)
    );
    // The two syncs are the sync of the bytes and the sync of the folder with the marker.
    expect(calls.slice(0, 3).sort()).toEqual(['mark', 'sync staged', 'sync staged']);
    expect(calls.indexOf('mark')).toBeLessThan(2);
    expect(calls.slice(3)).toEqual([
      'link staged to public',
      'sync public',
      'insert into files',
      'insert into upload_ledger',
      'unmark',
    ]);
  });

  it('of a large upload: its bytes are synced while they come, and the last of them at the end', async () => {
    const send = async () => {
      const calls = await callsOf(() =>
        request(server.url)
          .post('/api/upload')
          .attach('files', randomBytes(100_000_000), 'a.bin')
          .expect(201)
      );
      return calls.filter((call) => call.endsWith('sync staged'));
    };
    const strict = await send();
    // The last two syncs are the sync of the remaining bytes and the sync of the folder with the marker.
    expect(strict.slice(-2)).toEqual(['sync staged', 'sync staged']);
    expect(strict.slice(0, -2).length).toBeGreaterThanOrEqual(3);
    expect(new Set(strict.slice(0, -2))).toEqual(new Set(['datasync staged']));
    await server.inside((strapi) => void strapi.config.set('plugin::upload.durability', 'relaxed'));
    expect(await send()).toEqual([]);
    await server.inside((strapi) => void strapi.config.set('plugin::upload.durability', 'strict'));
  });

  it('of rows on SQLite: no transaction begins while much of other uploads waits for the disk', async () => {
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', samples.csv(), 'a.csv');
    await server.inside(async () => {
      const fs = process.getBuiltinModule('node:fs/promises');
      const handle = await fs.open('/', 'r');
      const prototype = Object.getPrototypeOf(handle);
      await handle.close();
      const { datasync } = prototype;
      const disk = new Promise<void>((resolve) => Object.assign(globalThis, { letGo: resolve }));
      prototype.datasync = async function () {
        await disk;
        prototype.datasync = datasync;
        return datasync.call(this);
      };
    });
    const answers: string[] = [];
    const large = request(server.url)
      .post('/api/upload')
      .attach('files', randomBytes(60_000_000), 'large.bin')
      .expect(201)
      .then(() => answers.push('large'));
    const staged = () =>
      server.inside((strapi) => {
        const fs = process.getBuiltinModule('node:fs');
        const path = process.getBuiltinModule('node:path');
        const staging = path.join(strapi.dirs.static.public, 'uploads/.staging');
        const sizes = (fs.readdirSync(staging, { recursive: true }) as string[]).map(
          (name) => fs.statSync(path.join(staging, name)).size
        );
        return Math.max(...sizes);
      });
    // This request only writes a row. It has no bytes that could delay it.
    const changeCaption = () =>
      request(server.url)
        .post(`/api/upload?id=${body[0].id}`)
        .field('fileInfo', JSON.stringify({ caption: 'changed' }))
        .expect(200)
        .then(() => answers.push('caption'));
    let caption: Promise<unknown> = Promise.resolve();
    try {
      // The upload stalls after a number of bytes that depends on the speed of the disk. So wait until the number stays
      // the same.
      let [before, looks] = [0, 0];
      const isHeldUp = async () => {
        const now = await staged();
        looks = now === before && now > 1_000_000 ? looks + 1 : 0;
        before = now;
        return looks === 20;
      };
      await eventually(isHeldUp, 'it is written no further');
      caption = changeCaption();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(await staged()).toBeLessThan(40_000_000);
      expect(answers).toEqual([]);
    } finally {
      await server.inside(() => (globalThis as unknown as { letGo(): void }).letGo());
      await Promise.all([large, caption]);
    }
    expect([...answers].sort()).toEqual(['caption', 'large']);
  });

  it('of a replacement: the old bytes have a second name on the disk before the first is given away', async () => {
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', samples.csv(), 'a.csv');
    const calls = await callsOf(() =>
      request(server.url)
        .post(`/api/upload?id=${body[0].id}`)
        .attach('files', samples.csv(), 'b.csv')
        .expect(200)
    );
    expect(calls[0]).toBe('insert into upload_ledger');
    expect(calls.slice(1, 3).sort()).toEqual(['sync staged', 'update upload_ledger']);
    expect(calls.slice(3)).toEqual([
      'link public to staged',
      'sync staged',
      'rename staged to public',
      'sync public',
      'update files',
      'delete from upload_ledger',
      'update upload_ledger',
    ]);
  });

  it('of a deletion: row and ledger, then the object', async () => {
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', samples.csv(), 'a.csv');
    const calls = await callsOf(() =>
      request(server.url).delete(`/api/upload/files/${body[0].id}`).expect(200)
    );
    expect(calls).toEqual([
      'insert into upload_ledger',
      'delete from files',
      // Strapi itself sends this statement for the relations of the deleted row.
      'update files',
      'delete from upload_ledger',
      'update upload_ledger',
      'delete from upload_ledger',
    ]);
  });
});
