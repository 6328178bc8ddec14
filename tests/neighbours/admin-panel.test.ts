import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import { pluginsWith } from '../support/config';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { callsOf, providerWith } from '../support/provider';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

const SETTINGS = '/admin/project-settings';

describe('the project’s logos', () => {
  let server: Server;
  let admin: AdminClient;

  beforeAll(async () => {
    server = await startServer();
    admin = await superAdmin(server);
  });
  afterAll(() => server.stop());

  it('are stored and measured, and are served', async () => {
    const png = await samples.png({ width: 320, height: 90 });
    const { body } = await admin
      .post(SETTINGS)
      .attach('menuLogo', png, 'Menü Logo.png')
      .attach('authLogo', samples.svg(), 'auth.svg')
      .expect(200);
    expect(body.menuLogo).toMatchObject({ name: 'Menü Logo.png', width: 320, height: 90 });
    expect(body.menuLogo.url).toMatch(/^\/uploads\/Menue_Logo_[0-9a-f]{10}\.png$/);
    expect(body.authLogo).toMatchObject({ name: 'auth.svg', width: 320, height: 200 });
    const served = await request(server.url).get(body.menuLogo.url).expect(200);
    expect(png.equals(served.body)).toBe(true);

    const { body: seen } = await request(server.url).get('/admin/init').expect(200);
    expect(seen.data).toMatchObject({ menuLogo: body.menuLogo.url, authLogo: body.authLogo.url });
  });

  it('go when others take their place, or none', async () => {
    const before = await server.uploaded();
    expect(before).toHaveLength(2);
    const png = await samples.png();
    const { body } = await admin.post(SETTINGS).attach('menuLogo', png, 'new.png').expect(200);
    expect(body.menuLogo.name).toBe('new.png');
    const after = await server.uploaded();
    expect(after).toHaveLength(2);
    expect(after).not.toEqual(before);
    await admin.post(SETTINGS).field('menuLogo', '').field('authLogo', '').expect(200);
    expect(await server.uploaded()).toEqual([]);
  });

  it('are no assets: home page and Media Library know nothing of them', async () => {
    await admin
      .post(SETTINGS)
      .attach('menuLogo', await samples.png(), 'logo.png')
      .expect(200);
    const { body } = await admin.get('/admin/homepage/key-statistics').expect(200);
    expect(body.data.assets).toBe(0);
  });

  it('are stored by another provider in the shape that it knows', async () => {
    const other = await startServer(providerWith(['uploadStream']));
    try {
      const png = await samples.png({ width: 320, height: 90 });
      const client = await superAdmin(other);
      const { body } = await client.post(SETTINGS).attach('menuLogo', png, 'a.png').expect(200);
      expect(body.menuLogo.url).toMatch(/^https:\/\/bucket\.example\/a_[0-9a-f]{10}\.png$/);
      const [call] = await callsOf(other);
      expect(call).toMatchObject({
        method: 'uploadStream',
        file: { name: 'a.png', ext: '.png', mime: 'image/png', width: 320, height: 90 },
      });
      await client.post(SETTINGS).field('menuLogo', '').expect(200);
      expect(await callsOf(other)).toMatchObject([
        { method: 'delete', file: { hash: call!.file.hash } },
      ]);
    } finally {
      await other.stop();
    }
  });
});

describe('the home page', () => {
  it('counts the assets', async () => {
    const server = await startServer();
    try {
      const admin = await superAdmin(server);
      await allowPublic(server, UPLOAD_ACTIONS);
      const form = request(server.url).post('/api/upload');
      await form
        .attach('files', await samples.jpeg(), 'a.jpg')
        .attach('files', samples.csv(), 'b.csv');
      const { body } = await admin.get('/admin/homepage/key-statistics').expect(200);
      expect(body.data.assets).toBe(2);
    } finally {
      await server.stop();
    }
  });
});

describe('the matrix of users-permissions', () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ files: { 'config/plugins.js': pluginsWith({}) } });
  });
  afterAll(() => server.stop());

  it('lists what the plugin lets one do', async () => {
    const admin = await superAdmin(server);
    const { body } = await admin.get('/users-permissions/permissions').expect(200);
    const { controllers } = body.permissions['plugin::upload'];
    expect(Object.keys(controllers)).toEqual(['content-api']);
    expect(Object.keys(controllers['content-api']).sort()).toEqual(
      ['destroy', 'find', 'findOne', 'findPage', 'upload'].sort()
    );
    const { body: routes } = await admin.get('/users-permissions/routes').expect(200);
    const listed = routes.routes['plugin::upload'].map(
      ({ method, path }: { method: string; path: string }) => `${method} ${path}`
    );
    expect(listed.sort()).toEqual([
      'DELETE /api/upload/files/:id',
      'GET /api/upload/files',
      'GET /api/upload/files/:id',
      'GET /api/upload/files/page',
      'POST /api/upload/',
    ]);
  });

  it('gives and takes each of them', async () => {
    const find = () => request(server.url).get('/api/upload/files');
    await find().expect(403);
    await allowPublic(server, ['plugin::upload.content-api.find']);
    await find().expect(200);
    await request(server.url).get('/api/upload/files/page').expect(403);
  });
});
