import type { Ledger } from '../../server/src/ledger/ledger';
import type { Container } from '../../server/src/wiring/container';
import { sendFile } from '../support/api';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { onEveryDatabase } from '../support/databases';
import { createSite, type Site } from '../support/site';

/** Tests requests that need rows which another transaction has changed and not yet committed. */
onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  const isSqlite = kind.title === 'SQLite';
  // SQLite has only one connection: a query waits for the end of the other transaction, so there are no row locks.
  const onServers = isSqlite ? it.skip : it;

  beforeAll(async () => {
    site = await createSite(kind);
    server = await site.start();
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => site.remove());

  it.each([
    ['commits', true],
    ['rolls back', false],
  ])(
    'whether a row is settled is told when the transaction has ended: %s',
    async (_end, commits) => {
      const told = await server.inside(async (strapi, isToCommit) => {
        const { ledger } = (strapi.get('strapi-upload.container') as Container).journal;
        const [begun] = await ledger.begin('local', [{ objects: [], creator: null }]);
        const { key } = begun!;
        const trx = await strapi.db.connection.transaction();
        const settled = { state: 'stored', lease_until: 0 };
        await trx('upload_ledger').where({ key }).update(settled);
        const asked = ledger.isConfirmed(key);
        let isTold = false;
        void asked.then(() => (isTold = true));
        await new Promise((resolve) => setTimeout(resolve, 300));
        const before = isTold;
        await (isToCommit ? trx.commit() : trx.rollback());
        return { before, answer: await asked };
      }, commits);

      expect(told).toEqual({ before: false, answer: commits });
    }
  );

  it('a documentId in another case is no file’s', async () => {
    const { body } = await sendFile(server, 'a.txt', 'one').expect(201);
    const { documentId } = body[0];
    const ask = (id: string) => fetch(`${server.url}/api/upload/files/${id}`);
    expect((await ask(documentId)).status).toBe(200);
    for (const other of [documentId.toUpperCase(), `${documentId}%20`, '%00']) {
      expect((await ask(other)).status).toBe(404);
    }
  });

  onServers(
    'a row whose transaction does not end is left alone, by questions and by recovery',
    async () => {
      const told = await server.inside(async (strapi) => {
        const { journal, background } = strapi.get('strapi-upload.container') as unknown as {
          journal: {
            ledger: Pick<Ledger, 'begin' | 'abandon' | 'isConfirmed'> & {
              table: { options: { lockWait?: number } };
            };
          };
          background: { caretaker: { deps: { recover(): Promise<number> } } };
        };
        const { ledger } = journal;
        const { caretaker } = background;
        ledger.table.options.lockWait = 1000;
        const empty = { objects: [], creator: null };
        const begun = await ledger.begin('local', [empty, empty]);
        const [stuck, other] = begun.map(({ key }) => key);
        for (const key of [stuck!, other!]) {
          ledger.abandon(key);
        }
        const table = () => strapi.db.getConnection('upload_ledger');
        const waitOf = async () =>
          JSON.stringify(
            await strapi.db.connection
              .raw(
                strapi.db.dialect.client === 'postgres'
                  ? 'SHOW lock_timeout'
                  : 'SELECT @@innodb_lock_wait_timeout AS t'
              )
              .then((result) => result.rows ?? result[0])
          );
        const before = await waitOf();
        await table().whereIn('key', [stuck!, other!]).update({ lease_until: 0 });
        const trx = await strapi.db.connection.transaction();
        await trx('upload_ledger').where({ key: stuck }).update({ state: 'stored' });
        const question = await ledger.isConfirmed(stuck!).then(String, () => 'cannot tell');
        const handled = await caretaker.deps.recover();
        const left = await table().whereIn('key', [stuck!, other!]).pluck('key');
        await trx.commit();
        return {
          question,
          handled,
          left: left.map((key: string) => (key === stuck ? 'stuck' : 'other')),
          sameWait: (await waitOf()) === before,
        };
      });

      expect(told).toEqual({
        question: 'cannot tell',
        handled: 1,
        left: ['stuck'],
        sameWait: true,
      });
      expect(server.output()).toContain('recovery cannot tell yet whether an upload was committed');
    }
  );

  onServers("a deadlock inside a caller's transaction is what the caller is told", async () => {
    const { body } = await sendFile(server, 'a.txt', 'one').expect(201);
    const { body: others } = await sendFile(server, 'b.txt', 'two').expect(201);
    const told = await server.inside(
      async (strapi, mine, theirs) => {
        const { remove } = strapi.plugin('upload').service('upload');
        const holder = await strapi.db.connection.transaction();
        // In a deadlock, MariaDB rolls back the transaction with fewer changes. With this additional change of the
        // holder, this is the caller's transaction.
        await holder('admin_permissions').update({ updated_at: new Date() });
        await holder('files').where({ id: theirs }).update({ caption: 'theirs' });
        let deadlock: Promise<unknown> = Promise.resolve();
        const caller = strapi.db
          .transaction(async ({ trx }) => {
            await trx('files').where({ id: mine }).update({ caption: 'mine' });
            deadlock = new Promise((resolve) => setTimeout(resolve, 300)).then(() =>
              holder('files').where({ id: mine }).update({ caption: 'theirs' })
            );
            await remove({ id: theirs });
          })
          .then(
            () => 'committed',
            (error: { code?: string; message: string }) => `${error.code} ${error.message}`
          );
        const answers = [
          await caller,
          await deadlock.then(
            () => 'held',
            (error) => error.code
          ),
        ];
        await holder.rollback();
        return answers;
      },
      body[0].id as number,
      others[0].id as number
    );

    const [caller, holder] = told as [string, string];
    const codes = /40P01|ER_LOCK_DEADLOCK/;
    // PostgreSQL rolls back the transaction that detects the deadlock first. This can be either transaction.
    expect(kind.title === 'MariaDB' || holder === 'held' ? caller : holder).toMatch(codes);
    expect(caller).not.toContain('SAVEPOINT');
  });
});
