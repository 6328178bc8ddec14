import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

/** An extension that records the calls of each function of some services. */
const EXTENSION = `
  globalThis.called = [];
  const noting = (name, service) => Object.fromEntries(Object.entries(service).map(([key, work]) =>
    [key, (...args) => {
      globalThis.called.push(name + '.' + key);
      return work(...args);
    }]));
  module.exports = (builtin) => {
    const plugin = require('strapi-upload/extension')(builtin);
    const { upload } = plugin.services;
    plugin.services.upload = (context) => {
      const { remove, ...others } = upload(context);
      const keep = async (file) => (file.name === 'keep.csv' ? null : remove(file));
      return noting('upload', { ...others, remove: keep });
    };
    Object.assign(plugin.services.file, noting('file', plugin.services.file));
    Object.assign(plugin.services.folder, noting('folder', plugin.services.folder));
    plugin.controllers['admin-file'].findOne = async (ctx) => {
      ctx.body = { answered: 'by the project' };
    };
    const content = plugin.controllers['content-api'];
    plugin.controllers['content-api'] = (context) => ({
      ...content(context),
      async findPage(ctx) {
        ctx.body = { answered: 'by the project' };
      },
    });
    plugin.routes['content-api'].routes.push({
      method: 'GET', path: '/hello', handler: 'content-api.findPage', config: { auth: false },
    });
    return plugin;
  };`;

let server: Server;
let admin: AdminClient;

beforeAll(async () => {
  server = await startServer({ files: { 'src/extensions/upload/strapi-server.js': EXTENSION } });
  admin = await superAdmin(server);
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());

/** Names of the project's functions that `work` has called. */
const called = async (work: () => Promise<unknown>): Promise<string[]> => {
  const take = () =>
    server.inside(() => (globalThis as unknown as { called: string[] }).called.splice(0));
  await take();
  await work();
  return take();
};

const rest = () => request(server.url);

describe('a project’s own functions of the service upload', () => {
  let id: number;

  it('store what comes in over REST and from the Media Library', async () => {
    expect(
      await called(async () => {
        const { body } = await rest()
          .post('/api/upload')
          .attach('files', samples.csv(), 'a.csv')
          .expect(201);
        id = body[0].id;
      })
    ).toContain('upload.upload');
    const post = () => admin.post('/upload').attach('files', samples.csv(), 'b.csv').expect(201);
    expect(await called(post)).toContain('upload.upload');
  });

  it('replace and change files', async () => {
    const change = () => rest().post(`/api/upload?id=${id}`);
    const replace = () => change().attach('files', samples.csv(), 'c.csv').expect(200);
    expect(await called(replace)).toContain('upload.replace');
    const words = () => change().field('fileInfo', '{"caption":"c"}').expect(200);
    expect(await called(words)).toContain('upload.updateFileInfo');
  });

  it('find files', async () => {
    expect(await called(() => rest().get('/api/upload/files').expect(200))).toContain(
      'upload.findMany'
    );
    expect(await called(() => rest().get(`/api/upload/files/${id}`).expect(200))).toContain(
      'upload.findOne'
    );
    expect(await called(() => admin.get('/upload/files').expect(200))).toContain('upload.findPage');
  });

  it('describe project logos', async () => {
    const post = () =>
      admin.post('/admin/project-settings').attach('menuLogo', samples.svg(), 'logo.svg');
    expect(await called(() => post().expect(200))).toContain('upload.formatFileInfo');
  });

  it('remove files, one by one', async () => {
    const remove = () => rest().delete(`/api/upload/files/${id}`).expect(200);
    expect(await called(remove)).toContain('upload.remove');
    const { body } = await admin.post('/upload').attach('files', samples.csv(), 'b.csv');
    const fromLibrary = () => admin.delete(`/upload/files/${body[0].id}`).expect(200);
    expect(await called(fromLibrary)).toContain('upload.remove');
  });

  it('are given each file of a selection', async () => {
    const make = async (info: object) =>
      (
        await admin
          .post('/upload')
          .attach('files', samples.csv(), 'b.csv')
          .field('fileInfo', JSON.stringify(info))
          .expect(201)
      ).body[0].id;
    const folder = await admin.post('/upload/folders').send({ name: 'Gone' }).expect(201);
    const folderId = folder.body.data.id;
    const fileIds = [await make({}), await make({})];
    await make({ folder: folderId });

    const updates = fileIds.map((id) => ({ id, fileInfo: { caption: 'both' } }));
    const change = () => admin.post('/upload/actions/bulk-update').send({ updates }).expect(200);
    const changes = (await called(change)).filter((name) => name === 'upload.updateFileInfo');
    expect(changes).toHaveLength(2);

    const selection = { fileIds, folderIds: [folderId] };
    const remove = async () => {
      const { body } = await admin.post('/upload/actions/bulk-delete').send(selection).expect(200);
      expect(body.data).toMatchObject({
        files: fileIds.map((id) => ({ id, caption: 'both' })),
        folders: [{ id: folderId }],
      });
    };
    const removals = (await called(remove)).filter((name) => name === 'upload.remove');
    expect(removals).toHaveLength(3);
  });

  it('may keep a file: the folder that it lies in stays with it', async () => {
    const { body } = await admin.post('/upload/folders').send({ name: 'Kept' }).expect(201);
    const folderIds = [body.data.id];
    await admin
      .post('/upload')
      .attach('files', samples.csv(), 'keep.csv')
      .field('fileInfo', JSON.stringify({ folder: body.data.id }))
      .expect(201);
    const remove = () => admin.post('/upload/actions/bulk-delete').send({ fileIds: [], folderIds });
    const { body: refused } = await remove().expect(400);
    expect(refused.error.message).toBe(
      'A folder was not deleted, because it contains files that the code of this project does not delete.'
    );
    await admin.get(`/upload/folders/${body.data.id}`).expect(200);
  });

  it('keep the settings', async () => {
    expect(await called(() => admin.get('/upload/settings').expect(200))).toContain(
      'upload.getSettings'
    );
  });
});

describe('functions that a project changes in place', () => {
  it('are those of files and folders', async () => {
    const make = () => admin.post('/upload/folders').send({ name: 'F' }).expect(201);
    expect(await called(make)).toContain('folder.create');
    const post = () => rest().post('/api/upload').attach('files', samples.csv(), 'a.csv');
    expect(await called(() => post().expect(201))).toContain('file.signFileUrls');
  });

  it('are controllers and routes, too', async () => {
    const own = { answered: 'by the project' };
    expect((await admin.get('/upload/files/1').expect(200)).body).toEqual(own);
    expect((await rest().get('/api/upload/files/page').expect(200)).body).toEqual(own);
    expect((await rest().get('/api/upload/hello').expect(200)).body).toEqual(own);
  });
});
