import { AsyncLocalStorage } from 'node:async_hooks';
import type { Core } from '@strapi/strapi';
import type { Container } from '../../server/src/wiring/container';
import request from 'supertest';
import { allowPublic } from '../support/permissions';
import { startServer, type Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

declare const process: NodeJS.Process & {
  getBuiltinModule(name: 'node:async_hooks'): { AsyncLocalStorage: typeof AsyncLocalStorage };
};

/**
 * Only with SQLite do transactions share commits. Other databases commit in parallel, and this plugin then uses
 * Strapi's own transactions.
 */
describe('transactions at the same time', () => {
  let server: Server;

  beforeAll(async () => {
    server = await sharedServer();
  });
  afterAll(() => server.stop());

  it('share one commit, each in its own context, and hear of it after it', async () => {
    const told = await server.inside(async (strapi: Core.Strapi) => {
      const { transaction } = (strapi.get('strapi-upload.container') as Container).journal
        .transactions;
      const told: string[] = [];
      strapi.db.connection.on('query', ({ sql }: { sql: string }) => {
        if (/^(BEGIN|COMMIT)/.test(sql)) {
          told.push(sql.slice(0, 6));
        }
      });
      const own = new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<number>();
      const work = (one: number) =>
        own.run(one, () =>
          transaction(async ({ onCommit }) => {
            await strapi.db.query('plugin::upload.folder').findMany({ limit: 1 });
            onCommit(() => void told.push(`hook ${own.getStore()}`));
          })
        );
      await Promise.all([1, 2, 3].map(work));
      return told;
    });
    expect(told).toEqual(['BEGIN;', 'COMMIT', 'hook 1', 'hook 2', 'hook 3']);
  });

  it('take no savepoint where one is alone; who comes while it works is in the next commit', async () => {
    const { told, names } = await server.inside(async (strapi: Core.Strapi) => {
      const { transaction } = (strapi.get('strapi-upload.container') as Container).journal
        .transactions;
      const told: string[] = [];
      const note = ({ sql }: { sql: string }) => {
        if (/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)/.test(sql)) {
          told.push(/^\w+/.exec(sql)![0]);
        }
      };
      strapi.db.connection.on('query', note);
      const create = (name: string, pathId: number) =>
        strapi.db
          .query('plugin::upload.folder')
          .create({ data: { name, pathId, path: `/${pathId}` } });
      let isAtWork = () => {};
      const atWork = new Promise<void>((resolve) => (isAtWork = resolve));
      let goOn = () => {};
      const othersWait = new Promise<void>((resolve) => (goOn = resolve));
      const alone = transaction(async () => {
        await create('alone', 701);
        isAtWork();
        await othersWait;
        throw new Error('refused');
      });
      await atWork;
      const others = ['second', 'third'].map((name, turn) =>
        transaction(async () => create(name, 702 + turn) as Promise<unknown>)
      );
      goOn();
      await Promise.allSettled([alone, ...others]);
      strapi.db.connection.off('query', note);
      const rows = await strapi.db.query('plugin::upload.folder').findMany({});
      await strapi.db.query('plugin::upload.folder').deleteMany({});
      return { told, names: rows.map(({ name }: { name: string }) => name) };
    });
    expect(told).toEqual(['BEGIN', 'ROLLBACK', 'BEGIN', 'SAVEPOINT', 'SAVEPOINT', 'COMMIT']);
    expect(names).toEqual(expect.arrayContaining(['second', 'third']));
    expect(names).not.toContain('alone');
  });

  it('begin in rounds of the event loop of their own, so that others have their turn between them', async () => {
    const rounds = await server.inside(async (strapi: Core.Strapi) => {
      const { transaction } = (strapi.get('strapi-upload.container') as Container).journal
        .transactions;
      let round = 0;
      let isOver = false;
      const count = () => {
        round += 1;
        if (!isOver) {
          setImmediate(count);
        }
      };
      setImmediate(count);
      const rounds: number[] = [];
      const one = () =>
        transaction(async () => {
          rounds.push(round);
        });
      await Promise.all(Array.from({ length: 8 }, one));
      isOver = true;
      return rounds;
    });
    expect(rounds).toHaveLength(8);
    expect(new Set(rounds).size).toBe(8);
  });

  it('fail alone', async () => {
    const { outcomes, hooks, names } = await server.inside(async (strapi: Core.Strapi) => {
      const { transaction } = (strapi.get('strapi-upload.container') as Container).journal
        .transactions;
      const hooks: string[] = [];
      const create = (name: string, pathId: number) =>
        transaction(async ({ onCommit, onRollback }) => {
          onCommit(() => void hooks.push(`${name} committed`));
          onRollback(() => void hooks.push(`${name} rolled back`));
          const data = { name, pathId, path: `/${pathId}` };
          await strapi.db.query('plugin::upload.folder').create({ data });
          if (name === 'bad') {
            throw new Error('refused');
          }
        });
      const work = [create('one', 501), create('bad', 502), create('two', 503)];
      const outcomes = (await Promise.allSettled(work)).map(({ status }) => status);
      const rows = await strapi.db.query('plugin::upload.folder').findMany({});
      return { outcomes, hooks, names: rows.map(({ name }: { name: string }) => name) };
    });
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(hooks).toEqual(['bad rolled back', 'one committed', 'two committed']);
    expect(names).toEqual(['one', 'two']);
  });

  it('fail together where the commit fails, and the next ones go on', async () => {
    const { outcomes, names, next } = await server.inside(async (strapi: Core.Strapi) => {
      const { transaction } = (strapi.get('strapi-upload.container') as Container).journal
        .transactions;
      const { connection } = strapi.db;
      await connection.raw('PRAGMA foreign_keys = ON');
      await connection.raw(
        'CREATE TABLE deferred (id INTEGER PRIMARY KEY, ' +
          'parent INTEGER REFERENCES deferred (id) DEFERRABLE INITIALLY DEFERRED)'
      );
      const good = transaction(async () => {
        const data = { name: 'lost', pathId: 601, path: '/601' };
        await strapi.db.query('plugin::upload.folder').create({ data });
      });
      // The row refers to a row that does not exist. SQLite checks this reference at the commit.
      const bad = transaction(({ trx }) => trx.raw('INSERT INTO deferred VALUES (1, 99)'));
      const outcomes = (await Promise.allSettled([good, bad])).map(({ status }) => status);
      const next = await transaction(async () => 'committed');
      const rows = await strapi.db.query('plugin::upload.folder').findMany({});
      return { outcomes, next, names: rows.map(({ name }: { name: string }) => name) };
    });
    expect(outcomes).toEqual(['rejected', 'rejected']);
    expect(next).toBe('committed');
    expect(names).not.toContain('lost');
  });
});

describe('an upload whose commit the database refuses', () => {
  it('fails and leaves nothing behind', async () => {
    const server = await startServer();
    try {
      await allowPublic(server, ['plugin::upload.content-api.upload']);
      await server.inside(async (strapi: Core.Strapi) => {
        await strapi.db.connection.raw('PRAGMA foreign_keys = ON');
        await strapi.db.connection.raw(
          'CREATE TABLE deferred (id INTEGER PRIMARY KEY, ' +
            'parent INTEGER REFERENCES deferred (id) DEFERRABLE INITIALLY DEFERRED)'
        );
        strapi.db.lifecycles.subscribe({
          models: ['plugin::upload.file'],
          afterCreate: ({ params }) =>
            params.data.caption === 'doomed'
              ? strapi.db.transaction(({ trx }) => trx.raw('INSERT INTO deferred VALUES (1, 99)'))
              : undefined,
        });
      });
      const send = (caption: string) =>
        request(server.url)
          .post('/api/upload')
          .field('fileInfo', JSON.stringify({ caption }))
          .attach('files', Buffer.from('text'), 'a.txt');
      await send('sound').expect(201);
      const before = await stateOf(server);
      await send('doomed').expect(500);
      expect(await stateOf(server)).toEqual(before);
      await send('sound').expect(201);
    } finally {
      await server.stop();
    }
  });
});
