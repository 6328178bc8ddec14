import request from 'supertest';
import { editor, superAdmin, type AdminClient } from '../support/admin';
import { expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { eventually } from '../support/ledger';
import { sharedPictureServer } from '../support/picture-server';
import { endPictureThread } from '../support/picture-thread';
import { quarters } from '../support/pixels';
import { jpeg } from '../support/samples';

const HERO = { sizes: { hero: { width: 300 } } };

/** Tests the admin panel's API that makes the sizes of stored images again. */
let site: Awaited<ReturnType<typeof sharedPictureServer>>;
let admin: AdminClient;
let settingsOnly: AdminClient;
let reader: AdminClient;

beforeAll(async () => {
  site = await sharedPictureServer();
  admin = await superAdmin(site.server);
  const permission = (action: string) => [{ action: `plugin::upload.${action}` }];
  settingsOnly = await editor(site.server, admin, 'settings', permission('settings.read'));
  reader = await editor(site.server, admin, 'reader', permission('read'));
});
afterAll(() => site.server.stop());

const progress = async () => {
  const { body } = await admin.get('/upload/regenerate').expect(200);
  return body.data;
};

const ended = () =>
  eventually(async () => (await progress()).state !== 'running', 'the regeneration has ended');

const rowOf = async ({ id }: { id: number }) =>
  (await request(site.server.url).get(`/api/upload/files/${id}`).expect(200)).body;

it('asks for the permission of the settings', async () => {
  for (const method of ['get', 'post', 'delete'] as const) {
    await request(site.server.url)[method]('/upload/regenerate').expect(401);
    await reader[method]('/upload/regenerate').expect(403);
  }
  await settingsOnly.get('/upload/regenerate').expect(200, { data: null });
});

it.each([
  [{}],
  [{ mode: 'some' }],
  [{ mode: 'all', names: 'large' }],
  [{ mode: 'all', names: [] }],
  [{ mode: 'all', names: [1] }],
  [{ mode: 'all', dryRun: 'yes' }],
  [{ mode: 'all', what: 1 }],
  [{ mode: 'all', names: ['unknown'] }],
])('refuses %j', async (body) => {
  await admin.post('/upload/regenerate').send(body).expect(400);
  expect(await progress()).toBeNull();
});

it('makes sizes in the background and shows how it stands', async () => {
  const before = await site.upload('a.jpg', await jpeg());
  const broken = await site.upload('broken.jpg', await jpeg());
  await site.server.inside((_strapi, file) => {
    const fs = process.getBuiltinModule('node:fs');
    fs.renameSync(file, `${file}.away`);
  }, `${site.server.project.dir}/public${broken.url}`);
  await site.configure(HERO);

  const { body } = await settingsOnly
    .post('/upload/regenerate')
    .send({ mode: 'missing', names: ['hero'] })
    .expect(202);
  expect(body.data).toMatchObject({ state: 'running', mode: 'missing', total: 2, names: ['hero'] });
  await ended();

  expect(await progress()).toEqual({
    ...body.data,
    state: 'done',
    done: 2,
    changed: 1,
    failed: 1,
    failures: [{ id: broken.id, name: 'broken.jpg', reason: 'The stored file does not exist.' }],
    endedAt: expect.stringMatching(/^\d{4}-/),
  });
  const { formats } = await rowOf(before);
  expect(formats).toMatchObject({ ...before.formats, hero: { width: 300 } });
  await site.server.inside((_strapi, file) => {
    const fs = process.getBuiltinModule('node:fs');
    fs.renameSync(`${file}.away`, file);
  }, `${site.server.project.dir}/public${broken.url}`);
  await expectNothingLeftOver(site.server);
  await expectTrueLedger(site.server);
});

it('changes nothing in a dry run', async () => {
  const before = await site.upload('dry.jpg', await jpeg({ width: 400, height: 300 }));
  await site.configure({ sizes: { other: { width: 200 } } });
  await admin.post('/upload/regenerate').send({ mode: 'missing', dryRun: true }).expect(202);
  await ended();
  const { state, dryRun, changed, done } = await progress();
  expect({ state, dryRun }).toEqual({ state: 'done', dryRun: true });
  expect(changed).toBe(done);
  expect(await rowOf(before)).toEqual(before);
});

it('begins where the lease of one that was killed is over, whatever provider it had', async () => {
  await site.server.inside(async (strapi) => {
    await strapi.db.getConnection('upload_ledger').insert({
      ...{ key: 'killed', state: 'staged', objects: '[]', held_file: 0, provider: 'other' },
      ...{ instance: 'killed', lease_until: Date.now() - 1, tries: 0, created_at: new Date() },
    });
  });
  await admin.post('/upload/regenerate').send({ mode: 'missing' }).expect(202);
  await ended();
  expect(await progress()).toMatchObject({ state: 'done' });
  await expectTrueLedger(site.server);
});

it('runs once at a time, is stopped when it is asked to, and goes on from there', async () => {
  await site.configure({});
  const photo = await jpeg({ width: 2400, height: 1800 });
  for (let turn = 0; turn < 6; turn += 1) {
    await site.upload(`${turn}.jpg`, photo);
  }
  await admin.post('/upload/regenerate').send({ mode: 'all' }).expect(202);
  const { body } = await admin.post('/upload/regenerate').send({ mode: 'missing' }).expect(409);
  expect(body.error.message).toContain('The sizes of images are already being regenerated.');
  await eventually(async () => (await progress()).done > 0, 'some are done');

  await admin.delete('/upload/regenerate').expect(200);
  await ended();

  const stopped = await progress();
  expect(stopped).toMatchObject({ state: 'stopped', failed: 0 });
  expect(stopped.done).toBeLessThan(stopped.total);
  await expectNothingLeftOver(site.server);
  await expectTrueLedger(site.server);
  const again = await admin.post('/upload/regenerate').send({ mode: 'all' }).expect(202);
  expect(again.body.data).toMatchObject({ total: stopped.total, failures: [] });
  expect(again.body.data.done).toBeGreaterThan(0);
  await ended();
  expect(await progress()).toMatchObject({ state: 'done', done: stopped.total });
  await admin.delete('/upload/regenerate').expect(200);
  expect(await progress()).toMatchObject({ state: 'done' });
});

it('goes on when the thread for pictures ends', async () => {
  const large = await quarters(5000, 4000).webp({ effort: 0 }).toBuffer();
  const file = await site.upload('large.webp', large);
  await site.configure({ sizes: { late: { width: 400 } } });
  const ending = endPictureThread(site.server);
  await admin
    .post('/upload/regenerate')
    .send({ mode: 'missing', names: ['late'] })
    .expect(202);
  expect(await ending).toBeGreaterThan(0);
  await ended();
  const { state, failures } = await progress();
  const unexplained = failures.filter(({ reason }: { reason: string }) => /the log/.test(reason));
  expect([state, unexplained]).toEqual(['done', []]);
  expect((await rowOf(file)).formats).toHaveProperty('late');
});
