import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import type { Container } from '../../server/src/wiring/container';
import path from 'node:path';
import request from 'supertest';
import { bytesAt, sendFile, sha256, storeFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { stateOf } from '../support/state';

const CONFIG = { recovery: { lease: 1000, interval: 1000 } };

let server: Server;
const api = () => request(server.url);
const create = async (name: string, content: Buffer = samples.csv()) => {
  const { body } = await api().post('/api/upload').attach('files', content, name).expect(201);
  return body[0];
};
const entriesOf = async (id: number) =>
  (await ledgerOf(server)).filter(({ fileId }) => fileId === id);

beforeAll(async () => {
  server = await startServer({ files: { 'config/plugins.js': pluginsWith(CONFIG) } });
  await allowPublic(server, UPLOAD_ACTIONS);
  await create('first.csv');
});
afterAll(() => server.stop());

describe('the ledger', () => {
  it('names every stored object of a file with its size and SHA-256', async () => {
    const file = await create('photo.jpg', await samples.jpeg());
    const [entry, ...others] = await entriesOf(file.id);
    expect(others).toEqual([]);
    expect(entry!.state).toBe('stored');
    const urls = [file.url, ...Object.values<{ url: string }>(file.formats).map(({ url }) => url)];
    expect(entry!.objects).toHaveLength(5);
    for (const object of entry!.objects) {
      const url = `/uploads/${object.hash}${object.ext}`;
      expect(urls).toContain(url);
      const bytes = await bytesAt(server, url);
      expect(object).toMatchObject({ sha256: sha256(bytes), sizeInBytes: bytes.length });
    }
  });

  it('names the new objects after a replacement, and nothing of the old ones', async () => {
    const file = await create('old.jpg', await samples.jpeg());
    await api()
      .post(`/api/upload?id=${file.id}`)
      .attach('files', samples.pdf(), 'new.pdf')
      .expect(200);
    const entries = await entriesOf(file.id);
    expect(entries).toMatchObject([
      { state: 'stored', objects: [{ hash: file.hash, sha256: sha256(samples.pdf()) }] },
    ]);
    expect(entries[0]!.objects).toHaveLength(1);
    expect(entries[0]!.objects[0]).not.toHaveProperty('keep');
  });

  it('forgets a deleted file', async () => {
    const before = await ledgerOf(server);
    const file = await create('gone.csv');
    await api().delete(`/api/upload/files/${file.id}`).expect(200);
    expect(await ledgerOf(server)).toEqual(before);
  });

  it('forgets a refused upload', async () => {
    const before = await ledgerOf(server);
    const broken = await samples.jpegWithoutPixels();
    await api().post('/api/upload').attach('files', broken, 'broken.jpg').expect(400);
    await server.inside((strapi) => {
      strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        beforeCreate({ params }: { params: { data: { name?: string } } }) {
          if (params.data.name === 'fails.csv') {
            throw new Error('the database refuses');
          }
        },
      } as never);
    });
    await api().post('/api/upload').attach('files', samples.csv(), 'fails.csv').expect(500);
    expect(await ledgerOf(server)).toEqual(before);
  });

  it('stays when the project goes back to the built-in plugin', async () => {
    const kept = await server.inside((strapi) =>
      strapi.store.get({ type: 'core', key: 'persisted_tables' })
    );
    expect(kept).toContain('upload_ledger');
  });
});

describe('a removal that the storage refuses', () => {
  it('answers 200, and is tried again until the objects are gone', async () => {
    const file = await create('stubborn.csv');
    const target = path.join(server.project.uploads, path.basename(file.url));
    // Make a folder with the file's name. `rm` cannot remove the folder, just as it cannot remove a file on a read-only
    // disk.
    await server.inside((_strapi, target) => {
      const fs = process.getBuiltinModule('node:fs');
      fs.rmSync(target);
      fs.mkdirSync(`${target}/in-the-way`, { recursive: true });
    }, target);

    await api().delete(`/api/upload/files/${file.id}`).expect(200);
    await api().get(`/api/upload/files/${file.id}`).expect(404);
    const removing = async () =>
      (await ledgerOf(server)).filter(({ state }) => state === 'removing');
    expect(await removing()).toMatchObject([{ objects: [{ hash: file.hash }] }]);

    await eventually(async () => (await removing())[0]!.tries >= 2, 'the removal is tried again');
    await server.inside((_strapi, target) => {
      const fs = process.getBuiltinModule('node:fs');
      fs.rmSync(target, { recursive: true });
      fs.writeFileSync(target, 'back');
    }, target);
    await eventually(async () => (await removing()).length === 0, 'the removal succeeds');
    expect(await server.uploaded()).not.toContain(path.basename(target));
  });
});

describe('recovery', () => {
  /** Inserts a ledger row of a killed instance whose lease is over. */
  const leaveBehind = (row: Record<string, unknown>) =>
    server.inside(
      (strapi, row) =>
        strapi.db.getConnection('upload_ledger').insert({
          key: Math.random().toString(36),
          provider: 'local',
          instance: 'killed',
          lease_until: Date.now() - 1,
          tries: 0,
          ...row,
        }),
      row
    );
  const inUploads = (...names: string[]) => path.join(server.project.uploads, ...names);
  const object = (hash: string) => ({
    hash,
    ext: '.txt',
    name: hash,
    mime: 'text/plain',
    path: null,
  });

  /** Waits until the state is as before, and no ledger row belongs to an unfinished upload. */
  const expectAllAs = async (before: Awaited<ReturnType<typeof stateOf>>) => {
    await eventually(
      async () => JSON.stringify(await stateOf(server)) === JSON.stringify(before),
      'everything is as before'
    );
    await eventually(
      async () => (await ledgerOf(server)).every(({ state }) => state === 'stored'),
      'the ledger knows nothing of it any more'
    );
  };

  it('takes back what an upload had made reachable', async () => {
    const before = await stateOf(server);
    await writeFile(inUploads('half_1.txt'), 'half done');
    const objects = JSON.stringify([object('half_1'), object('never_made')]);
    await leaveBehind({ state: 'staged', objects });
    await expectAllAs(before);
  });

  it('puts replaced bytes back, and clears the staging folder of a dead process', async () => {
    const file = await create('kept.txt', Buffer.from('old bytes'));
    const name = path.basename(file.url);
    await mkdir(inUploads('.staging', 'killed'), { recursive: true });
    await writeFile(inUploads('.staging', 'killed', 'kept'), 'old bytes');
    await writeFile(inUploads('.staging', 'killed', 'half-staged'), 'half');
    await writeFile(inUploads(name), 'new bytes');
    const long = new Date(Date.now() - 60_000);
    await utimes(inUploads('.staging', 'killed'), long, long);
    const objects = JSON.stringify([{ ...object(file.hash), keep: 'killed/kept' }]);
    await leaveBehind({ state: 'staged', objects });
    await eventually(
      async () => String(await bytesAt(server, file.url)) === 'old bytes',
      'the old bytes are back'
    );
    await eventually(
      async () => !(await server.uploaded()).some((entry) => entry.startsWith('.staging')),
      'the staging folder is clear'
    );
  });

  it('leaves a replacement alone that had not begun', async () => {
    const file = await create('untouched.txt', Buffer.from('old bytes'));
    const objects = JSON.stringify([{ ...object(file.hash), keep: 'killed/not-there' }]);
    await leaveBehind({ state: 'staged', objects });
    await eventually(
      async () => (await ledgerOf(server)).every(({ state }) => state === 'stored'),
      'the row is handled'
    );
    expect(String(await bytesAt(server, file.url))).toBe('old bytes');
  });

  it('tries again what the storage refuses, and goes on with the others', async () => {
    await mkdir(inUploads('refused_1.txt', 'in-the-way'), { recursive: true });
    await writeFile(inUploads('next_1.txt'), 'half done');
    await leaveBehind({ state: 'staged', objects: JSON.stringify([object('refused_1')]) });
    await leaveBehind({ state: 'staged', objects: JSON.stringify([object('next_1')]) });
    const staged = async () => (await ledgerOf(server)).filter(({ state }) => state === 'staged');
    // The server removes an object before the object's ledger row.
    await eventually(async () => (await staged()).length === 1, 'the second is taken back');
    expect(await staged()).toMatchObject([{ objects: [{ hash: 'refused_1' }] }]);
    expect(await server.uploaded()).not.toContain('next_1.txt');
    // The row counts the tries, because the pause before each next try is longer.
    await eventually(async () => (await staged())[0]!.tries >= 2, 'the first is tried again');
    await rm(inUploads('refused_1.txt'), { recursive: true });
    await eventually(async () => (await staged()).length === 0, 'the first is taken back too');
  });

  it('carries a removal through', async () => {
    await writeFile(inUploads('leftover_1.txt'), 'left');
    await leaveBehind({ state: 'removing', objects: JSON.stringify([object('leftover_1')]) });
    await eventually(
      async () => !(await server.uploaded()).includes('leftover_1.txt'),
      'the object is gone'
    );
  });

  it('leaves rows alone whose lease has not run out, and those of other providers', async () => {
    await writeFile(inUploads('busy_1.txt'), 'busy');
    const objects = JSON.stringify([object('busy_1')]);
    await leaveBehind({ state: 'staged', objects, lease_until: Date.now() + 60_000 });
    await leaveBehind({ state: 'staged', objects, provider: 'aws-s3' });
    // A recovery pass handles the rows in their order. When it has removed this last row, it has handled all rows
    // before it.
    await writeFile(inUploads('last_1.txt'), 'half done');
    await leaveBehind({ state: 'staged', objects: JSON.stringify([object('last_1')]) });
    await eventually(
      async () => (await ledgerOf(server)).every(({ objects: [one] }) => one?.hash !== 'last_1'),
      'a pass has come to the last row'
    );
    expect(await server.uploaded()).toContain('busy_1.txt');
    expect((await ledgerOf(server)).filter(({ state }) => state === 'staged')).toHaveLength(2);
    await server.inside((strapi) =>
      strapi.db.getConnection('upload_ledger').where({ state: 'staged' }).delete()
    );
  });

  it('leaves the work of its own process alone, however late its sign of life is', async () => {
    const found = await server.inside(async (strapi, object) => {
      const { ledger } = strapi.get('strapi-upload.container').journal;
      const [{ key }] = await ledger.begin('local', [{ objects: [object], creator: null }]);
      const row = () => strapi.db.getConnection('upload_ledger').where({ key });
      await row().update({ lease_until: 0 });
      const expired = await ledger.abandoned.expired('local', 10);
      const stays = (await row()).length;
      await ledger.close(key);
      return { expired: expired.length, stays };
    }, object('own_1'));
    expect(found).toEqual({ expired: 0, stays: 1 });
  });

  const KEY = '01234567-89ab-cdef-0123-456789abcdef';

  /** Writes markers of a process that was killed long ago. */
  const leaveMarkers = async (...names: string[]) => {
    const folder = inUploads('.staging', 'killed');
    await mkdir(folder, { recursive: true });
    for (const name of names) {
      await writeFile(path.join(folder, `mark.${KEY}.o.${name}`), '');
    }
    const long = new Date(Date.now() - 60_000);
    await utimes(folder, long, long);
  };

  it('takes back what a killed upload had made reachable and only markers name', async () => {
    const before = await stateOf(server);
    await writeFile(inUploads('half_2.txt'), 'half done');
    await leaveMarkers('half_2.txt', 'never_made');
    await expectAllAs(before);
    expect(server.output()).toContain(
      'recovery has rolled back an unfinished upload: "half_2.txt"'
    );
  });

  it.each([
    ['', { key: KEY }],
    [', and was replaced since', {}],
  ])('leaves what was stored where markers are left%s', async (_what, columns) => {
    const file = await create('marked.txt', Buffer.from('stored'));
    const before = await stateOf(server);
    await server.inside(
      (strapi, id, columns) =>
        strapi.db
          .getConnection('upload_ledger')
          .where({ file_id: id })
          .update({ tries: 0, ...columns }),
      file.id,
      columns
    );
    await leaveMarkers(path.basename(file.url));
    await eventually(
      async () => !(await server.uploaded()).some((name) => name.includes('mark.')),
      'the marker is cleared'
    );
    expect(await stateOf(server)).toEqual(before);
    await api().delete(`/api/upload/files/${file.id}`).expect(200);
  });

  it.each([
    [true, [KEY]],
    [false, []],
  ])('takes the key of markers that are there: %s', async (isMarked, keys) => {
    const taken = await server.inside(
      async (strapi, key, isMarked) => {
        const { ledger } = (strapi.get('strapi-upload.container') as Container).journal;
        const objects = [{ hash: 'none', ext: '', name: 'none', mime: '', path: null }];
        const marked = { objects, isMarked: () => isMarked };
        await ledger.abandoned.condemnMarked(key, 'other', marked);
        const rows: Array<{ key: string }> = await strapi.db
          .getConnection('upload_ledger')
          .where({ key, state: 'removing' });
        await strapi.db.getConnection('upload_ledger').where({ key }).delete();
        return rows.map((row) => row.key);
      },
      KEY,
      isMarked
    );
    expect(taken).toEqual(keys);
  });

  /** Runs code in the middle of the transaction that stores `slow.csv`. The code gets the upload's key. */
  const whileStoring = (work: string) =>
    server.inside((strapi, work) => {
      const fs = process.getBuiltinModule('node:fs');
      const run = new Function('trx', 'key', 'markers', 'fs', `return (async () => {${work}})()`);
      const unsubscribe = strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        async beforeCreate({ params }: { params: { data: { name?: string } } }) {
          if (params.data.name !== 'slow.csv') {
            return;
          }
          unsubscribe();
          const staging = `${strapi.dirs.static.public}/uploads/.staging`;
          const markers = (fs.readdirSync(staging, { recursive: true }) as string[])
            .filter((name) => name.includes('mark.'))
            .map((name) => `${staging}/${name}`);
          const key = /mark\.([^.]+)/.exec(markers[0]!)![1];
          await strapi.db.transaction(({ trx }) => run(trx, key, markers, fs));
        },
      } as never) as unknown as () => void;
    }, work);

  it.each([
    [
      'whose key was taken',
      `await trx('upload_ledger').insert({ key, state: 'removing', provider: 'other', objects: '[]', lease_until: 0, tries: 0 })`,
    ],
    ['whose markers were cleared', 'markers.forEach((marker) => fs.rmSync(marker))'],
  ])('fails an upload %s meanwhile, and leaves nothing of it', async (_what, work) => {
    const before = { state: await stateOf(server), ledger: await ledgerOf(server) };
    await whileStoring(work);
    const { status } = await api().post('/api/upload').attach('files', samples.csv(), 'slow.csv');
    expect(status).toBeGreaterThanOrEqual(500);
    expect({ state: await stateOf(server), ledger: await ledgerOf(server) }).toEqual(before);
  });

  it('fails a replacement whose row was taken over meanwhile, and leaves the old bytes', async () => {
    const file = await create('before.csv');
    const before = { state: await stateOf(server), ledger: await ledgerOf(server) };
    await server.inside((strapi) => {
      strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        async beforeUpdate({ params }: { params: { data: { name?: string } } }) {
          if (params.data.name === 'replaced.csv') {
            await strapi.db.transaction(({ trx }) =>
              strapi.db
                .getConnection('upload_ledger')
                .where({ state: 'staged' })
                .update({ instance: 'another' })
                .transacting(trx)
            );
          }
        },
      } as never);
    });
    const { status } = await api()
      .post(`/api/upload?id=${file.id}`)
      .attach('files', samples.csv(), 'replaced.csv');
    expect(status).toBeGreaterThanOrEqual(500);
    await eventually(
      async () => JSON.stringify(await ledgerOf(server)) === JSON.stringify(before.ledger),
      'the hold is over'
    );
    expect(await stateOf(server)).toEqual(before.state);
  });
});

describe('a file that a dead process has held', () => {
  it('can be changed at once when that lease is over, and the change before is taken back', async () => {
    const recovery = { lease: 60_000, interval: 600_000 };
    const server = await startServer({
      files: { 'config/plugins.js': pluginsWith({ recovery }) },
    });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      const { id, hash } = await storeFile(server, 'held.txt', 'old');
      const uploads = (...names: string[]) => path.join(server.project.uploads, ...names);
      await mkdir(uploads('.staging', 'killed'), { recursive: true });
      await writeFile(uploads('.staging', 'killed', 'kept'), 'old');
      await writeFile(uploads(`${hash}.txt`), 'half a replacement');
      const row = {
        key: 'dead',
        provider: 'local',
        instance: 'killed',
        state: 'staged',
        held_file: id,
        tries: 0,
        objects: JSON.stringify([
          {
            hash,
            ext: '.txt',
            name: 'held.txt',
            mime: 'text/plain',
            path: null,
            keep: 'killed/kept',
          },
        ]),
      };
      await server.inside(
        (strapi, row) =>
          strapi.db.getConnection('upload_ledger').insert({ ...row, lease_until: Date.now() - 1 }),
        row
      );
      const changed = await sendFile(server, 'held.txt', 'new', { path: `/api/upload?id=${id}` });
      expect([changed.status, changed.body.url]).toEqual([200, `/uploads/${hash}.txt`]);
      expect(String(await bytesAt(server, changed.body.url))).toBe('new');
      expect(await ledgerOf(server)).toMatchObject([{ state: 'stored', fileId: id }]);
    } finally {
      await server.stop();
    }
  });
});
