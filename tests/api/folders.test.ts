import { editor, superAdmin, type AdminClient } from '../support/admin';
import { storeAsset } from '../support/api';
import { changeFoldersAtOnce, createFolder, expectSoundTree, folderRows } from '../support/folders';
import { ledgerOf } from '../support/ledger';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

describe('folders of the Media Library', () => {
  let server: Server;
  let admin: AdminClient;

  const create = (name: string, parent?: number | null) => createFolder(admin, name, parent);
  const upload = (folder: number | null) =>
    storeAsset(admin, 'a.txt', Buffer.from('text'), { folder });
  const fileRow = (id: number) =>
    server.inside(
      (strapi, where) =>
        strapi.db.query('plugin::upload.file').findOne({ where, populate: ['folder'] }),
      { id }
    );

  beforeAll(async () => {
    server = await sharedServer();
    admin = await superAdmin(server);
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    const ids = (await folderRows(server)).map(({ id }) => id);
    await admin.post('/upload/actions/bulk-delete').send({ folderIds: ids }).expect(200);
  });

  it('take their files and subfolders along when they move, and no neighbour', async () => {
    const top = await create('Top');
    const others = [];
    for (let count = 0; count < 10; count += 1) {
      others.push(await create(`Other ${count}`));
    }
    // The neighbour's path begins with the text of the moved folder's path, such as `/10` and `/1`.
    const neighbour = others.find(({ path }) => path.startsWith(top.path))!;
    expect(neighbour).toBeDefined();
    const below = await create('Below', top.id);
    const deep = await create('Deep', below.id);
    const inDeep = await upload(deep.id);
    const inNeighbour = await upload(neighbour.id);
    const target = others.find(({ id }) => id !== neighbour.id)!;

    await admin.put(`/upload/folders/${top.id}`).send({ parent: target.id }).expect(200);
    await expectSoundTree(server);
    expect(await fileRow(inDeep.id)).toMatchObject({
      folderPath: `${target.path}/${top.pathId}/${below.pathId}/${deep.pathId}`,
    });
    expect(await fileRow(inNeighbour.id)).toMatchObject({ folderPath: neighbour.path });
  });

  it('moved together with one that lies in them end up beside each other, paths right', async () => {
    const [outer, target] = [await create('Outer'), await create('Target')];
    const inner = await create('Inner', outer.id);
    const file = await upload(inner.id);
    await admin
      .post('/upload/actions/bulk-move')
      .send({ folderIds: [outer.id, inner.id], destinationFolderId: target.id })
      .expect(200);
    await expectSoundTree(server);
    expect((await fileRow(file.id)).folderPath).toBe(`${target.path}/${inner.pathId}`);
  });

  it('cannot come to lie in themselves, however it is asked for', async () => {
    const outer = await create('Outer');
    const inner = await create('Inner', outer.id);
    for (const parent of [outer.id, inner.id, String(inner.id)]) {
      await admin.put(`/upload/folders/${outer.id}`).send({ parent }).expect(400);
      await admin
        .post('/upload/actions/bulk-move')
        .send({ folderIds: [outer.id], destinationFolderId: parent })
        .expect(400);
    }
    await expectSoundTree(server);
  });

  it('of one name asked for at once in one place are made once', async () => {
    const parent = await create('Parent');
    for (const place of [null, parent.id]) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          admin.post('/upload/folders').send({ name: 'Same', parent: place })
        )
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(400)]);
    }
    await expectSoundTree(server);
  });

  it('stay a sound tree while they are made, moved, renamed and filled at once', async () => {
    const statuses = await changeFoldersAtOnce([admin]);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    await expectSoundTree(server);
  });

  it('are deleted with everything in them: rows, links, objects, ledger', async () => {
    const before = await stateOf(server);
    const top = await create('Top');
    const below = await create('Below', top.id);
    await upload(top.id);
    await upload(below.id);
    const selected = await upload(null);
    const { body } = await admin
      .post('/upload/actions/bulk-delete')
      .send({ folderIds: [top.id], fileIds: [selected.id, 9999] })
      .expect(200);
    expect(body.data.folders).toMatchObject([{ id: top.id }]);
    expect(body.data.files).toMatchObject([{ id: selected.id }]);
    expect(await stateOf(server)).toEqual(before);
    expect(await ledgerOf(server)).toEqual([]);
  });

  it('are deleted whole or not at all', async () => {
    const top = await create('Top');
    const files = [await upload(top.id), await upload(top.id)];
    await server.inside((strapi, id) => {
      const stop = strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        afterDelete({ params }) {
          if (params.where.id === id) {
            stop();
            throw new Error('kept by the project');
          }
        },
      });
    }, files[1].id);
    const before = await stateOf(server);
    await admin
      .post('/upload/actions/bulk-delete')
      .send({ folderIds: [top.id] })
      .expect(500);
    expect(await stateOf(server)).toEqual(before);
    await admin
      .post('/upload/actions/bulk-delete')
      .send({ folderIds: [top.id] })
      .expect(200);
  });

  it('show their tree in one query, however deep', async () => {
    let parent: number | null = null;
    for (const name of ['1', '2', '3', '4', '5', '6']) {
      parent = (await create(name, parent)).id;
    }
    await server.inside((strapi) => {
      const counter = strapi as unknown as { asked: string[] };
      counter.asked = [];
      strapi.db.connection.on('query', ({ sql }: { sql: string }) => {
        if (sql.includes('upload_folders')) {
          counter.asked.push(sql);
        }
      });
    });
    const { body } = await admin.get('/upload/folder-structure').expect(200);
    const asked = await server.inside(
      (strapi) => (strapi as unknown as { asked: string[] }).asked.length
    );
    expect(asked).toBe(1);
    const [one] = body.data;
    expect(one.children[0].children[0].children[0].children[0].children[0]).toMatchObject({
      name: '6',
      children: [],
    });
  });
});

describe('files of others', () => {
  it('are neither moved nor deleted by who may change only the own ones', async () => {
    const server = await sharedServer();
    try {
      const admin = await superAdmin(server);
      const conditions = ['admin::is-creator'];
      const own = await editor(server, admin, 'own', [
        { action: 'plugin::upload.read', conditions },
        { action: 'plugin::upload.assets.create' },
        { action: 'plugin::upload.assets.update', conditions },
      ]);
      const send = (client: AdminClient) =>
        client.post('/upload').attach('files', Buffer.from('text'), 'a.txt').expect(201);
      const theirs = (await send(admin)).body[0].id;
      const mine = (await send(own)).body[0].id;
      const before = await stateOf(server);
      const both = { fileIds: [mine, theirs] };
      await own.post('/upload/actions/bulk-delete').send(both).expect(403);
      await own
        .post('/upload/actions/bulk-move')
        .send({ ...both, destinationFolderId: null })
        .expect(403);
      expect(await stateOf(server)).toEqual(before);
      await own
        .post('/upload/actions/bulk-delete')
        .send({ fileIds: [mine] })
        .expect(200);
    } finally {
      await server.stop();
    }
  });
});
