import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { storeFile } from '../support/api';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { startServer, type Server } from '../support/server';

/** Simulates the built-in plugin of a later Strapi version: it has one more route, controller, service and so on. */
const NEWER = `
  const base = require('strapi-upload/extension');
  module.exports = (builtin) => {
    builtin.routes.admin.routes.push({
      method: 'GET', path: '/newer/:id', handler: 'admin-newer.find',
      config: { policies: ['admin::isAuthenticatedAdmin'] },
    });
    builtin.routes.admin.routes.push({ method: 'PUT', path: '/files/:fileId', handler: 'admin-newer.find' });
    builtin.routes['content-api'].routes.push({
      method: 'GET', path: '/newer', handler: 'content-api.newer', config: { auth: false },
    });
    builtin.controllers['admin-newer'] = () => ({ find: (ctx) => { ctx.body = { id: ctx.params.id }; } });
    const contentApi = builtin.controllers['content-api'];
    builtin.controllers['content-api'] = (context) => ({
      ...contentApi(context),
      async newer(ctx) { ctx.body = await strapi.plugin('upload').service('newer').say(); },
    });
    builtin.services.newer = () => ({ say: () => ({ said: 'newer' }) });
    const upload = builtin.services.upload;
    builtin.services.upload = (context) => ({ ...upload(context), newerWork: () => 'work' });
    builtin.contentTypes.file.schema.attributes.license = { type: 'string' };
    const { bootstrap } = builtin;
    builtin.bootstrap = async (context) => {
      await bootstrap(context);
      const store = context.strapi.store({ type: 'plugin', name: 'upload', key: 'settings' });
      await store.set({ value: { ...(await store.get()), newerSetting: true } });
    };
    return base(builtin);
  };`;

describe('with a later version of the built-in plugin', () => {
  let server: Server;
  let admin: AdminClient;
  beforeAll(async () => {
    server = await startServer({ files: { 'src/extensions/upload/strapi-server.js': NEWER } });
    await allowPublic(server, UPLOAD_ACTIONS);
    admin = await superAdmin(server);
  });
  afterAll(() => server.stop());

  it('its routes and actions answer, and the log says once which', async () => {
    const { body } = await request(server.url).get('/api/upload/newer').expect(200);
    expect(body).toEqual({ said: 'newer' });
    expect((await admin.get('/upload/newer/5').expect(200)).body).toEqual({ id: '5' });
    const said = server.output().match(/routes that strapi-upload does not know: [^.]*/g);
    expect(said).toEqual([
      'routes that strapi-upload does not know: GET /newer/:id (admin)',
      'routes that strapi-upload does not know: GET /newer (content-api)',
    ]);
  });

  it('a route of ours stays ours, whatever it calls its parameter', async () => {
    const { id } = await storeFile(server, 'a.txt', 'hello');
    const form = admin.put(`/upload/files/${id}`).field('fileInfo', '{"caption":"c"}');
    expect((await form.expect(200)).body).toMatchObject({ id, caption: 'c' });
  });

  it('its services and their functions are there', async () => {
    const told = await server.inside((strapi) =>
      strapi.plugin('upload').service('upload').newerWork()
    );
    expect(told).toBe('work');
  });

  it('files have its attributes', async () => {
    const { id } = await storeFile(server, 'a.txt', 'hello');
    await server.inside(
      (strapi, id) =>
        strapi.db.query('plugin::upload.file').update({ where: { id }, data: { license: 'CC0' } }),
      id
    );
    const { body } = await request(server.url).get(`/api/upload/files/${id}`).expect(200);
    expect(body.license).toBe('CC0');
  });

  it('its settings are kept and can be changed', async () => {
    const ours = { sizeOptimization: true, responsiveDimensions: true };
    const kept = await admin
      .put('/upload/settings')
      .send({ ...ours, unknown: true })
      .expect(200);
    expect(kept.body.data).toEqual({ ...ours, newerSetting: true });
    await admin
      .put('/upload/settings')
      .send({ ...ours, newerSetting: false })
      .expect(200);
    expect((await admin.get('/upload/settings')).body.data).toMatchObject({ newerSetting: false });
  });
});
