import request from 'supertest';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

/**
 * A process that is killed loses nothing that it gave to the kernel; a power cut does. Whether bytes
 * and names are synced before the row that tells of them is committed can be seen only in the order
 * of the calls.
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
      const { open, link, rename } = fs;
      const paths = new WeakMap<object, string>();
      Object.assign(fs, {
        async open(target: string, ...rest: [string]) {
          const opened = await open(target, ...rest);
          paths.set(opened, kind(target));
          return opened;
        },
        async link(from: string, to: string) {
          await link(from, to);
          log.push(`link ${kind(from)} to ${kind(to)}`);
        },
        async rename(from: string, to: string) {
          await rename(from, to);
          log.push(`rename ${kind(from)} to ${kind(to)}`);
        },
      });
      const { sync } = prototype;
      prototype.sync = async function () {
        await sync.call(this);
        log.push(`sync ${paths.get(this)}`);
      };
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

  it('of an upload: ledger and bytes, then the name, then its folder, then the row', async () => {
    const calls = await callsOf(() =>
      request(server.url).post('/api/upload').attach('files', samples.csv(), 'a.csv').expect(201)
    );
    expect(calls.slice(0, 2).sort()).toEqual(['insert into upload_ledger', 'sync staged']);
    expect(calls.slice(2)).toEqual([
      'link staged to public',
      'sync public',
      'insert into files',
      'update upload_ledger',
    ]);
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
      // Strapi's own: the relations of what it deleted.
      'update files',
      'delete from upload_ledger',
      'update upload_ledger',
      'delete from upload_ledger',
    ]);
  });
});
