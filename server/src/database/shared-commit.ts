import type { Knex } from 'knex';
import { nextTurn } from '../util/turns';
import { commitChecked } from './commit-checked';

/**
 * Maximum number of transactions that share one commit. It limits how many transactions fail together, and how long
 * each waits for the others.
 */
const MOST = 32;

/** How many turns of the event loop an idle group waits for other transactions to join. */
const TURNS = 12;

/** Transactions that are committed together. */
interface Group {
  outer: Promise<Knex.Transaction>;
  /** Number of transactions that have joined, and of those that have not ended yet. */
  joined: number;
  working: number;
  /** Resolves when the group's commit is on the disk. */
  committed: Promise<void>;
  close(): void;
}

/**
 * Lets transactions that run at the same time share one commit. SQLite syncs its file to the disk at each commit, in
 * the main thread, and all transactions queue for its one connection. Under load, waiting in this queue is most of the
 * time of an upload. Each transaction of a group is a savepoint, so that it can fail without the others. It resolves
 * when the commit of the group is on the disk. A single transaction does not wait for others. Other databases commit in
 * parallel and group commits themselves.
 */
export class SharedCommit {
  private open: Group | undefined;

  /**
   * @param begin takes the connection and begins a transaction on it
   * @param rollback ends the transaction that a failed commit has left on the connection
   */
  constructor(
    private readonly begin: () => Promise<Knex.Transaction>,
    private readonly rollback: () => PromiseLike<unknown>
  ) {}

  /** Begins a transaction that is committed together with the transactions that are open now. */
  async join(): Promise<Knex.Transaction> {
    const group = (this.open ??= this.newGroup());
    group.working += 1;
    group.joined += 1;
    if (group.joined === MOST) {
      this.open = undefined;
    }
    try {
      const outer = await group.outer;
      if (group.joined === 1) {
        return this.alone(group, outer);
      }
      const member = this.endingWith(group, await outer.transaction());
      // If the database answers at once, transactions join the group without a pause between them. This line lets other
      // requests run.
      await nextTurn();
      return member;
    } catch (error) {
      this.leave(group);
      throw error;
    }
  }

  /**
   * Returns the transaction itself if no other transaction joined before the connection was free. It needs no
   * savepoint, and the next transaction starts a new group.
   */
  private alone(group: Group, outer: Knex.Transaction): Knex.Transaction {
    this.open = this.open === group ? undefined : this.open;
    const { commit } = outer;
    return Object.assign(outer, { commit: () => this.commit(outer, commit) });
  }

  /** Makes a member end its savepoint first and then wait for the group's commit. */
  private endingWith(group: Group, member: Knex.Transaction): Knex.Transaction {
    const { commit, rollback } = member;
    const leave = () => this.leave(group);
    return Object.assign(member, {
      commit: async () => {
        await commitChecked(member, commit).finally(leave);
        await group.committed;
      },
      rollback: (error?: unknown) => Promise.resolve(rollback(error)).finally(leave),
    });
  }

  private newGroup(): Group {
    const outer = this.begin();
    let close = () => {};
    const closed = new Promise<void>((resolve) => (close = resolve));
    const committed = Promise.all([outer, closed]).then(([transaction]) =>
      this.commit(transaction)
    );
    // Each member that waits for the commit gets the error. This line avoids an unhandled rejection if no member waits.
    committed.catch(() => {});
    return { outer, joined: 0, working: 0, committed, close };
  }

  /**
   * Commits a transaction. If SQLite refuses the commit, the transaction stays open. Without the rollback the next
   * transaction could not begin.
   */
  private async commit(outer: Knex.Transaction, commit = outer.commit): Promise<void> {
    try {
      await commitChecked(outer, commit);
    } catch (error) {
      await Promise.resolve(this.rollback()).catch(() => {});
      throw error;
    }
  }

  private leave(group: Group): void {
    group.working -= 1;
    if (group.working === 0) {
      this.closeIdle(group, TURNS);
    }
  }

  /**
   * Closes a group when no transaction is about to join it. A commit on SQLite blocks the whole process, so
   * transactions that are about to join get their turn first. If none is about to join, each turn takes about ten
   * microseconds.
   */
  private closeIdle(group: Group, turns: number): void {
    setImmediate(() => {
      if (group.working > 0) {
        return; // The member that leaves last calls this method again.
      }
      if (turns > 1 && this.open === group) {
        this.closeIdle(group, turns - 1);
        return;
      }
      this.open = this.open === group ? undefined : this.open;
      group.close();
    });
  }
}
