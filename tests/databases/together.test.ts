import request from 'supertest';
import { logIn, superAdmin, type AdminClient } from '../support/admin';
import { sendFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { bytesOf, expectNothingLeftOver, expectTrueLedger, fileRows } from '../support/consistency';
import { changeFoldersAtOnce, expectSoundTree, folderRows } from '../support/folders';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { onEveryDatabase } from '../support/databases';
import { createSite, type Site } from '../support/site';

/** Sends requests at the same time, half of the requests to each of two instances of one project. */
onEveryDatabase((kind) => {
  let site: Site;
  let servers: Server[];
  let admins: AdminClient[];

  const at = (turn: number) => request(servers[turn % servers.length]!.url);
  const upload = (turn: number, name: string) =>
    sendFile(servers[turn % servers.length]!, name, name);

  beforeAll(async () => {
    // The lease is long, so that no lease of a living process ends on a slow machine.
    const config = pluginsWith({ recovery: { lease: 60_000 } });
    site = await createSite(kind, { files: { 'config/plugins.js': config } });
    const first = await site.start();
    await allowPublic(first, UPLOAD_ACTIONS);
    const second = await site.start();
    servers = [first, second];
    admins = [await superAdmin(first), await logIn(second)];
  });
  afterAll(() => site.remove());

  it('twenty first uploads at once make one folder for what comes over REST', async () => {
    // There are several rounds, because the instances collide only by chance.
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, turn) => upload(turn, `${turn}.txt`))
      );

      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      const [folder, ...others] = await folderRows(servers[0]!);
      expect(folder).toMatchObject({ name: 'API Uploads', parent: null });
      expect(others).toEqual([]);
      const files = await servers[0]!.inside((strapi) =>
        strapi.db.query('plugin::upload.file').findMany({ populate: ['folder'] })
      );
      expect(files.map((file) => file.folder.id)).toEqual(Array(20).fill(folder!.id));
      const selection = { folderIds: [folder!.id] };
      await admins[0]!.post('/upload/actions/bulk-delete').send(selection).expect(200);
    }
  });

  it('an instance that has looked for the folder when another makes it takes that one', async () => {
    const [slow, quick] = servers as [Server, Server];
    const rows = await folderRows(slow);
    if (rows.length > 0) {
      const selection = { folderIds: rows.map(({ id }) => id) };
      await admins[0]!.post('/upload/actions/bulk-delete').send(selection).expect(200);
    }
    // After the slow instance has read the folders and before it makes its own folder, it reads the last used folder
    // from the store. The test delays this query.
    await slow.inside((strapi) => {
      const counter = { asked: 0 };
      Object.assign(strapi, { folderLookups: counter });
      strapi.db.lifecycles.subscribe({
        models: ['strapi::core-store'],
        async afterFindOne({ params }) {
          if (String(params.where?.key).endsWith('api-folder')) {
            counter.asked += 1;
            await new Promise((resolve) => setTimeout(resolve, 700));
          }
        },
      });
    });
    const late = upload(servers.indexOf(slow), 'late.txt').then((answer) => answer);
    const lookups = () =>
      slow.inside(
        (strapi) => (strapi as unknown as { folderLookups: { asked: number } }).folderLookups.asked
      );
    for (let turn = 0; turn < 200 && (await lookups()) < 2; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await lookups()).toBe(2);
    const answers = await Promise.all([upload(servers.indexOf(quick), 'early.txt'), late]);

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect((await folderRows(slow)).map(({ name }) => name)).toEqual(['API Uploads']);
  });

  it('folders stay a sound tree while they are made, moved, renamed and filled', async () => {
    const statuses = await changeFoldersAtOnce(admins);

    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    await expectSoundTree(servers[0]!);
  });

  it('two replacements of one file leave one of them, whole', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { body } = await upload(round, 'old.txt').expect(201);
      const replace = (turn: number) =>
        at(turn)
          .post(`/api/upload?id=${body[0].id}`)
          .attach('files', Buffer.alloc(1000 * (turn + 1), `${turn}`), `new-${turn}.txt`);
      const answers = await Promise.all([replace(0), replace(1)]);

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const row = (await fileRows(servers[0]!)).find(({ id }) => id === body[0].id)!;
      const { body: file } = await at(0).get(`/api/upload/files/${row.id}`).expect(200);
      const bytes = await bytesOf(servers[0]!, row);
      expect([1, 2]).toContain(file.size);
      expect(bytes).toEqual(Buffer.alloc(1000 * file.size, `${file.size - 1}`));
    }
  });

  it('two deletions of one file give one success and one 404', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { body } = await upload(round, 'doomed.txt').expect(201);
      const remove = (turn: number) => at(turn).delete(`/api/upload/files/${body[0].id}`);
      const answers = await Promise.all([remove(0), remove(1)]);

      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    }
  });

  it('leave nothing behind', async () => {
    await expectNothingLeftOver(servers[0]!);
    await expectTrueLedger(servers[1]!);
  });
});
