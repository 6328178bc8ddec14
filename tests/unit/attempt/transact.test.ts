import { transact } from '../../../server/src/attempt/transact';
import type { Database, RunTransaction } from '../../../server/src/database/transactions';

/**
 * A fake transaction and a fake attempt, which records its calls. `commit` is the error of the commit. `ledger` is the
 * ledger's answer whether the transaction was committed, or its error.
 */
function scene({ commit, ledger }: { commit?: Error; ledger?: boolean | Error }) {
  const calls: string[] = [];
  const call =
    <T>(name: string, value?: T | Error) =>
    async () => {
      calls.push(name);
      if (value instanceof Error) {
        throw value;
      }
      return value as T;
    };
  const attempt = {
    restart: () => {},
    settle: call<void>('settle'),
    undo: call<void>('undo'),
    leaveToRecovery: call<void>('leave'),
    wasCommitted: call('ask', ledger ?? false),
  };
  const transaction = (async (work: () => Promise<unknown>) => {
    const result = await work();
    if (commit) {
      throw commit;
    }
    return result;
  }) as RunTransaction;
  const db = { inTransaction: () => false } as Database;
  const run = (work: () => Promise<string>) =>
    transact({ db, transaction }, work, {
      attempt,
      announce: call<void>('announce'),
      log: { error: () => {} },
    });
  return { run, calls };
}

const done = async () => 'done';
const lost = new Error('connection lost');

describe('what follows a transaction', () => {
  it('settles and announces after the commit', async () => {
    const { run, calls } = scene({});
    expect(await run(done)).toBe('done');
    expect(calls).toEqual(['settle', 'announce']);
  });

  it('leaves to its caller what to take back when the work fails, without asking', async () => {
    const { run, calls } = scene({});
    await expect(run(() => Promise.reject(lost))).rejects.toBe(lost);
    expect(calls).toEqual([]);
  });

  it('asks, and leaves to its caller what to take back, when the commit has failed', async () => {
    const { run, calls } = scene({ commit: lost, ledger: false });
    await expect(run(done)).rejects.toBe(lost);
    expect(calls).toEqual(['ask']);
  });

  it('goes on when the commit got through and only its answer was lost', async () => {
    const { run, calls } = scene({ commit: lost, ledger: true });
    expect(await run(done)).toBe('done');
    expect(calls).toEqual(['ask', 'settle', 'announce']);
  });

  it('does the work again after a deadlock, a few times', async () => {
    const { run, calls } = scene({});
    let tries = 0;
    const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
    const work = async () => {
      tries += 1;
      if (tries < 3) {
        throw deadlock;
      }
      return 'done';
    };
    expect(await run(work)).toBe('done');
    expect(calls).toEqual(['settle', 'announce']);
    tries = -100;
    await expect(run(work)).rejects.toBe(deadlock);
    expect(tries).toBe(-95);
  });

  it('touches nothing when nobody can tell', async () => {
    const { run, calls } = scene({ commit: lost, ledger: new Error('no database') });
    await expect(run(done)).rejects.toBe(lost);
    expect(calls).toEqual(['ask', 'leave']);
  });
});
