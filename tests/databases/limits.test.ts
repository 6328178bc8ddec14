import request from 'supertest';
import { member, type Headers } from '../support/callers';
import { pluginsWith } from '../support/config';
import { expectNothingLeftOver, expectTrueLedger, fileRows } from '../support/consistency';
import { onEveryDatabase } from '../support/databases';
import { countsOf, setLimits, tidyCounts } from '../support/limits';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { createSite, type Site } from '../support/site';
import type { LimitsConfig } from '../../server/src/config/limits';

/**
 * Configuration of a project whose MariaDB behaves like MariaDB 11.6 and later: a transaction cannot change a row that
 * changed after the first read of the transaction.
 */
const STRICT_MARIADB = `module.exports = ({ env }) => {
  const connection = {
    host: env('DATABASE_HOST'),
    port: env.int('DATABASE_PORT'),
    database: env('DATABASE_NAME'),
    user: env('DATABASE_USERNAME'),
    password: env('DATABASE_PASSWORD'),
  };
  const afterCreate = (made, done) => {
    made.query('SET SESSION innodb_snapshot_isolation = 1', (error) => done(error, made));
  };
  return { connection: { client: 'mysql', connection, pool: { min: 2, max: 10, afterCreate } } };
};`;

const AT_ONCE = 40;
const LIMIT = 10;

/** Sends more requests at the same time than the limits allow, half of the requests to each of two instances. */
onEveryDatabase((kind) => {
  let site: Site;
  let servers: Server[];
  let users: Array<{ id: number; headers: Headers }>;

  /** Sends one of many requests, with the given number of files of 100 bytes each. */
  const upload = (turn: number, files: number, headers: Headers = {}) => {
    const sent = request(servers[turn % servers.length]!.url)
      .post('/api/upload')
      .set(headers);
    for (let index = 0; index < files; index += 1) {
      sent.attach('files', Buffer.alloc(100, `${turn}`), `${turn}-${index}.txt`);
    }
    return sent.then(({ status }) => status);
  };
  const limit = async (limits: LimitsConfig) => {
    for (const server of servers) {
      await setLimits(server, limits);
    }
  };
  const times = (statuses: number[], status: number) =>
    statuses.filter((one) => one === status).length;

  beforeAll(async () => {
    const config = pluginsWith({ recovery: { lease: 60_000 } });
    const strict: Record<string, string> =
      kind.title === 'MariaDB' ? { 'config/database.js': STRICT_MARIADB } : {};
    site = await createSite(kind, { files: { 'config/plugins.js': config, ...strict } });
    const first = await site.start();
    await allowPublic(first, UPLOAD_ACTIONS);
    servers = [first, await site.start()];
    users = [await member(first, 'bob', UPLOAD_ACTIONS), await member(first, 'eve', [])];
  });
  afterAll(() => site?.remove());

  it('count names apart that differ in case alone', async () => {
    const roles = { Gold: 'ann', gold: 'zoe' };
    const limits = Object.keys(roles).map((type) => [type, { filesPerDay: 2 }]);
    await limit({ roles: Object.fromEntries(limits) });
    for (const [type, name] of Object.entries(roles)) {
      const { id, headers } = await member(servers[0]!, name);
      await servers[0]!.inside(
        async (strapi, type, id, actions) => {
          const of = (model: string) =>
            strapi.db.query(`plugin::users-permissions.${model}` as 'plugin::upload.file');
          const role = await of('role').create({ data: { name: `role ${id}`, type } as object });
          for (const action of actions) {
            await of('permission').create({ data: { action, role: role.id } as object });
          }
          await of('user').update({ where: { id }, data: { role: role.id } as object });
        },
        type,
        id,
        UPLOAD_ACTIONS
      );
      const statuses = [await upload(0, 1, headers), await upload(1, 1, headers)];
      expect([...statuses, await upload(0, 1, headers)]).toEqual([201, 201, 429]);
    }
  });

  it.each([
    ['files', { filesPerDay: LIMIT }],
    ['bytes', { bytesPerDay: LIMIT * 100 + 99 }],
  ])('let in exactly so many %s', async (_what, ofPublic) => {
    for (let round = 0; round < 3; round += 1) {
      await limit({ roles: { public: ofPublic } });
      const before = (await fileRows(servers[0]!)).length;
      const statuses = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, turn) => upload(turn, 1))
      );

      expect([times(statuses, 201), times(statuses, 429)]).toEqual([LIMIT, AT_ONCE - LIMIT]);
      expect((await fileRows(servers[0]!)).length - before).toBe(LIMIT);
      expect(await countsOf(servers[1]!)).toEqual({ 'role:public': [LIMIT, LIMIT * 100] });
    }
  });

  it('let in whole requests of several files, whose senders have several limits', async () => {
    await limit({
      roles: { authenticated: { filesPerDay: 17, perUser: { filesPerDay: 11 } } },
    });
    const before = (await fileRows(servers[0]!)).length;
    const statuses = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, turn) => upload(turn >> 1, 3, users[turn % 2]!.headers))
    );

    // The limit is 17 files for both users together, and 11 files for each user. Five requests of three files are
    // stored.
    expect([times(statuses, 201), times(statuses, 429)]).toEqual([5, AT_ONCE - 5]);
    expect((await fileRows(servers[0]!)).length - before).toBe(15);
    const { 'role:authenticated': shared, ...own } = await countsOf(servers[0]!);
    expect(shared).toEqual([15, 1500]);
    const ofEach = Object.values(own).map(([files]) => files);
    expect(ofEach.sort((a, b) => a - b)).toEqual([6, 9]);
  });

  it('count sums that no 32 bits hold', async () => {
    await limit({ roles: { public: { bytesPerDay: 9_000_000_000_000, filesPerDay: 5e9 } } });
    expect(await upload(0, 1)).toBe(201);
    await servers[0]!.inside(async (strapi) => {
      const columns = { bytes: 8_999_999_999_850, files: 4e9 };
      await strapi.db.getConnection('upload_counts').update(columns);
    });
    expect([await upload(0, 1), await upload(1, 1)]).toEqual([201, 429]);
    expect(await countsOf(servers[0]!)).toEqual({ 'role:public': [4e9 + 1, 8_999_999_999_950] });
  });

  it('tidy up at the same time while others upload', async () => {
    await limit({ roles: { public: { filesPerDay: LIMIT } } });
    await servers[0]!.inside(async (strapi) => {
      const rows = Array.from({ length: 120 }, (_, day) => ({
        day: `2020-0${1 + (day % 9)}-${10 + (day % 18)}`,
        subject: `role:${day}`,
        files: 1,
        bytes: 1,
      }));
      await strapi.db.getConnection('upload_counts').insert(rows);
    });
    // The servers have removed the old counts today already, at their start. Clear the date of this, so that they do it
    // again.
    for (const server of servers) {
      await server.inside((strapi) => {
        const { dayCounts } = strapi.get('strapi-upload.container').access as {
          dayCounts: { tidied: string };
        };
        dayCounts.tidied = '';
      });
    }
    const tidying = servers.map((server) => tidyCounts(server));
    const statuses = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, turn) => upload(turn, 1))
    );
    await Promise.all(tidying);

    expect([times(statuses, 201), times(statuses, 429)]).toEqual([LIMIT, AT_ONCE - LIMIT]);
    expect(await countsOf(servers[0]!)).toEqual({ 'role:public': [LIMIT, LIMIT * 100] });
  });

  it('leave nothing behind', async () => {
    await expectNothingLeftOver(servers[0]!);
    await expectTrueLedger(servers[1]!);
  });

  it('count what is stored and nothing else when a process is killed', async () => {
    const doomed = await site.start();
    await setLimits(doomed, { roles: { public: { filesPerDay: 1000 } } });
    const before = (await fileRows(servers[0]!)).length;
    const sent = Array.from({ length: AT_ONCE }, async (_, turn) => {
      await request(doomed.url)
        .post('/api/upload')
        .attach('files', Buffer.alloc(100, 'x'), `${turn}.txt`)
        .expect(201);
    });
    await Promise.any(sent);
    await doomed.kill();
    const told = (await Promise.allSettled(sent)).filter(({ status }) => status === 'fulfilled');
    // A commit that the killed server has sent may still reach the database.
    await new Promise((resolve) => setTimeout(resolve, 1000));

    const stored = (await fileRows(servers[0]!)).length - before;
    expect(stored).toBeGreaterThanOrEqual(told.length);
    expect(told.length).toBeLessThan(AT_ONCE);
    expect(await countsOf(servers[0]!)).toEqual({ 'role:public': [stored, stored * 100] });
  });
});
