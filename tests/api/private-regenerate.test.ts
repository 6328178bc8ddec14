import request from 'supertest';
import { superAdmin } from '../support/admin';
import { pluginsWith } from '../support/config';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { privateNames, storedRow } from '../support/private-files';
import { jpeg } from '../support/samples';
import { startServer } from '../support/server';

it('the sizes of a private picture that are made anew are private', async () => {
  const config = { providerOptions: { private: true }, breakpoints: { small: 500 } };
  const server = await startServer({
    files: { 'config/plugins.js': pluginsWith(config) },
  });
  try {
    await allowPublic(server, UPLOAD_ACTIONS);
    const admin = await superAdmin(server);
    const picture = await jpeg({ width: 900, height: 600 });
    const { body } = await request(server.url)
      .post('/api/upload')
      .attach('files', picture, 'a.jpg')
      .expect(201);
    const before = await storedRow(server, body[0].id);
    await server.inside((strapi) => {
      strapi.config.set('plugin::upload.breakpoints', { small: 400, medium: 700 });
    });
    await admin
      .post('/upload/regenerate')
      .send({ mode: 'all' })
      .expect((answer) => {
        expect(answer.status).toBeLessThan(300);
      });
    const progress = async () => (await admin.get('/upload/regenerate')).body.data;
    await eventually(async () => (await progress()).state !== 'running', 'it has ended');

    expect(await progress()).toMatchObject({ state: 'done', failed: 0, changed: 1 });
    const row = await storedRow(server, body[0].id);
    expect(row.url).toBe(before.url);
    expect(Object.keys(row.formats).sort()).toEqual(['medium', 'small', 'thumbnail']);
    const formats = Object.values(row.formats);
    for (const { url, hash, ext } of formats) {
      expect(url).toBe(`/uploads/private/${hash}${ext}`);
      await request(server.url).get(url).expect(403);
    }
    const stored = [row, ...formats].map(({ hash, ext }) => hash + ext).sort();
    expect(await privateNames(server)).toEqual(stored);
    expect((await server.uploaded()).filter((name) => !name.startsWith('.'))).toEqual([]);
    const { body: file } = await request(server.url).get(`/api/upload/files/${body[0].id}`);
    const shown = await request(server.url).get(file.formats.medium.url).expect(200);
    expect(shown.headers['content-type']).toBe('image/jpeg');
  } finally {
    await server.stop();
  }
});
