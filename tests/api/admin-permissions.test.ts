import { editor, superAdmin, type AdminClient } from '../support/admin';
import { storeAsset } from '../support/api';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

/** Tests an editor who may change files but may not create files. */
describe('an editor without the permission to make files', () => {
  let server: Server;
  let updater: AdminClient;
  let id: number;
  beforeAll(async () => {
    server = await sharedServer();
    const admin = await superAdmin(server);
    updater = await editor(server, admin, 'updater', [
      { action: 'plugin::upload.read' },
      { action: 'plugin::upload.assets.update' },
    ]);
    ({ id } = await storeAsset(admin, 'a.txt', Buffer.from('hello')));
  });
  afterAll(() => server.stop());

  it.each(['/upload', '/upload/files', '/upload/files?id='])('makes none by %s', async (route) => {
    const before = await stateOf(server);
    const path = route.endsWith('=') ? `${route}${id}` : route;
    const form = updater.post(path).field('fileInfo', '{}');
    await form.attach('files', Buffer.from('new'), 'new.txt').expect(403);
    expect(await stateOf(server)).toEqual(before);
  });

  it.each(['', '?id='])('makes none from URLs%s', async (query) => {
    const before = await stateOf(server);
    const path = `/upload/actions/upload-from-urls${query && `${query}${id}`}`;
    await updater
      .post(path)
      .send({ urls: ['https://example.org/a.txt'] })
      .expect(403);
    expect(await stateOf(server)).toEqual(before);
  });

  it('changes one by its id in the query', async () => {
    const form = updater.post(`/upload?id=${id}`).field('fileInfo', '{"caption":"c"}');
    expect((await form.expect(200)).body).toMatchObject({ id, caption: 'c' });
  });
});
