import request from 'supertest';
import { apiToken } from '../support/callers';
import { allowPublic } from '../support/permissions';
import { MULTIPART, multipartStream, send } from '../support/raw';
import { bytesWritten, LITTLE } from '../support/process';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

let server: Server;

beforeAll(async () => {
  server = await sharedServer();
  // The role needs some permission: for a role without any permission, users-permissions would answer 401.
  await allowPublic(server, ['api::restaurant.restaurant.find']);
});
afterAll(() => server.stop());

describe('a caller without permission', () => {
  it('is answered 403 to 512 MB with nothing written to disk', async () => {
    const before = { state: await stateOf(server), written: await bytesWritten(server) };
    const { status, json } = await send(server.url, {
      headers: MULTIPART,
      chunks: multipartStream(512 * 2 ** 20),
    });
    expect(status).toBe(403);
    expect(json()).toMatchObject({ error: { name: 'ForbiddenError' } });
    expect((await bytesWritten(server)) - before.written).toBeLessThan(LITTLE);
    expect(await stateOf(server)).toEqual(before.state);
  });

  it('gets 403 from every route', async () => {
    const api = request(server.url);
    await api.get('/api/upload/files').expect(403);
    await api.get('/api/upload/files/page').expect(403);
    await api.get('/api/upload/files/1').expect(403);
    await api.delete('/api/upload/files/1').expect(403);
    await api.post('/api/upload?id=1').field('fileInfo', '{}').expect(403);
  });
});

describe('an API token', () => {
  it.each([
    ['upload', 201],
    ['find', 403],
  ])('that may %s gets %i for an upload', async (action, status) => {
    const permission = `plugin::upload.content-api.${action}`;
    const { authorization } = await apiToken(server, `may ${action}`, [permission]);
    await request(server.url)
      .post('/api/upload')
      .set('Authorization', authorization)
      .attach('files', samples.csv(), 'token.csv')
      .expect(status);
  });
});
