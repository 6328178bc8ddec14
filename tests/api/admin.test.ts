import request from 'supertest';
import { version } from '../../package.json';
import { superAdmin, type AdminClient } from '../support/admin';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

/** Tests requests of the Media Library. The built-in's controllers answer them with this plugin's services. */
describe('the admin API', () => {
  let server: Server;
  let admin: AdminClient;

  beforeAll(async () => {
    server = await sharedServer();
    admin = await superAdmin(server);
  });
  afterAll(() => server.stop());

  it('tells who is logged in that this plugin answers, and which version', async () => {
    const { body } = await admin.get('/upload/strapi-upload').expect(200);
    expect(body).toEqual({ version });
    await request(server.url).get('/upload/strapi-upload').expect(401);
  });

  it('uploads, records the creator, replaces, moves into a folder and deletes', async () => {
    const before = await stateOf(server);
    const created = await admin
      .post('/upload')
      .field('fileInfo', JSON.stringify({ alternativeText: 'alt', folder: null }))
      .attach('files', await samples.jpeg(), 'library.jpg');
    expect(created.status).toBe(201);
    const [file] = created.body;
    expect(file).toMatchObject({ name: 'library.jpg', alternativeText: 'alt', folderPath: '/' });
    expect(Object.keys(file.formats).sort()).toEqual(['large', 'medium', 'small', 'thumbnail']);

    const folder = await admin.post('/upload/folders').send({ name: 'Menus', parent: null });
    expect(folder.status).toBe(201);
    const moved = await admin
      .post(`/upload?id=${file.id}`)
      .field('fileInfo', JSON.stringify({ folder: folder.body.data.id, caption: 'moved' }));
    expect(moved.status).toBe(200);

    const replaced = await admin
      .post(`/upload?id=${file.id}`)
      .field('fileInfo', '{}')
      .attach('files', await samples.jpeg({ width: 600, height: 400 }), 'other.jpg');
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({ url: file.url, width: 600, caption: 'moved' });

    const listed = await admin.get(`/upload/files?folderPath=${folder.body.data.path}`);
    expect(listed.body.results).toMatchObject([{ id: file.id }]);
    const { createdBy, updatedBy } = await server.inside(
      (strapi, where) =>
        strapi.db
          .query('plugin::upload.file')
          .findOne({ where, populate: ['createdBy', 'updatedBy'] }),
      { id: file.id }
    );
    expect([createdBy.firstname, updatedBy.firstname]).toEqual(['Ed', 'Ed']);

    await admin.delete(`/upload/files/${file.id}`).expect(200);
    const { rows, ...rest } = await stateOf(server);
    expect({ ...rest, rows: { ...rows, folders: 0 } }).toEqual(before);
  });

  it('refuses what the content API refuses', async () => {
    // Temporary files are not compared: Strapi's own body parser reads these requests, and it does not remove its
    // temporary file after an error.
    const before = { ...(await stateOf(server)), temp: expect.anything() };
    const broken = await samples.jpegWithoutPixels();
    const { status, body } = await admin.post('/upload').attach('files', broken, 'broken.jpg');
    expect(status).toBe(400);
    expect(body.error.message).toContain('not a valid image');
    expect(await stateOf(server)).toEqual(before);
  });

  it('changes what is said about a file, and no other column', async () => {
    const { body } = await admin.post('/upload').attach('files', samples.csv(), 'a.csv');
    const [{ id, url, hash }] = body;
    const changed = await admin.put(`/upload/files/${id}`).send({
      fileInfo: { caption: 'c', url: '/elsewhere', hash: 'x', size: 1, provider: 'other' },
    });
    expect(changed.body).toMatchObject({ id, url, hash, caption: 'c', provider: 'local' });
  });

  it('answers 401 without a session', () => request(server.url).get('/upload/files').expect(401));
});
