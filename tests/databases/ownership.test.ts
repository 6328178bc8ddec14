import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { runCli } from '../support/cli';
import { apiToken, type Caller } from '../support/callers';
import { pluginsWith } from '../support/config';
import { bytesOf } from '../support/consistency';
import { onEveryDatabase } from '../support/databases';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { jpeg } from '../support/samples';
import { switchToBuiltin, switchToOurs } from '../support/project';
import { createSite } from '../support/site';

const recovery = { lease: 1000, interval: 1000 };
const access = { ownFilesOnly: { tokens: true } };

/** Tests that a file keeps its creator when its ledger row is written again or an attempt is taken back. */
onEveryDatabase((kind) => {
  it('who created a file is known after all that becomes of it', async () => {
    const config = (more: object) => pluginsWith({ recovery, access, ...more });
    const site = await createSite(kind, { files: { 'config/plugins.js': config({}) } });
    try {
      let server = await site.start();
      await allowPublic(server, UPLOAD_ACTIONS);
      const creator = await apiToken(server, 'creator', UPLOAD_ACTIONS);
      const other = await apiToken(server, 'other', UPLOAD_ACTIONS);
      const { body } = await request(server.url)
        .post('/api/upload')
        .set('Authorization', creator.authorization)
        .attach('files', await jpeg(), 'photo.jpg')
        .expect(201);
      const [file] = body;
      const change = () => request(server.url).post(`/api/upload?id=${file.id}`);
      const replace = async (width: number) =>
        change().attach('files', await jpeg({ width }), 'other.jpg');
      const owner = `token:${creator.id}`;
      const expectOwner = async () =>
        expect(await ledgerOf(server)).toMatchObject([{ state: 'stored', fileId: file.id, owner }]);
      await expectOwner();

      expect(await replace(1200)).toMatchObject({ status: 200 });
      await expectOwner();

      const sizes = config({ breakpoints: { tiny: 100 } });
      await writeFile(path.join(site.project.dir, 'config/plugins.js'), sizes);
      expect(await runCli(site.project, ['regenerate', '--all'], site.env)).toMatchObject({
        code: 0,
      });
      await expectOwner();

      // The next upload hangs after its bytes are published and before its row is written. There, the test kills the
      // server.
      const before = await bytesOf(server, file);
      await server.inside((strapi) => {
        const { storage } = strapi.get('strapi-upload.container').stored as {
          storage: { sync: unknown };
        };
        storage.sync = () => new Promise(() => {});
      });
      const unfinished = replace(800).then(undefined, (error: Error) => error);
      await eventually(
        async () => !(await bytesOf(server, file)).equals(before),
        'the new bytes are there'
      );
      await server.kill();
      await unfinished;
      server = await site.start();
      await eventually(
        async () => (await ledgerOf(server)).every(({ state }) => state === 'stored'),
        'it is taken back'
      );
      expect((await bytesOf(server, file)).equals(before)).toBe(true);
      await expectOwner();

      await server.stop();
      await switchToBuiltin(site.project.dir);
      server = await site.start();
      expect(await replace(1000)).toMatchObject({ status: 200 });
      await server.stop();
      await switchToOurs(site.project.dir);
      server = await site.start();
      await expectOwner();

      const as = ({ authorization }: Caller) => change().set('Authorization', authorization);
      await as(other).field('fileInfo', '{"caption":"x"}').expect(403);
      await as(creator).field('fileInfo', '{"caption":"x"}').expect(200);
    } finally {
      await site.remove();
    }
  });
});
