import type { Knex } from 'knex';
import { nextTurn } from '../util/turns';
import { commitChecked } from './commit-checked';

/** Most transactions that share a commit: what fails with it, and how long others wait for it. */
const MOST = 32;

/** How many turns of the event loop a group that has nothing to do waits for others to join. */
const TURNS = 12;

/** Transactions that are committed together. */
interface Group {
  outer: Promise<Knex.Transaction>;
  /** How many have joined, and how many of them are at work. */
  joined: number;
  working: number;
  /** Resolves when all of it is on the disk. */
  committed: Promise<void>;
  close(): void;
}

/**
 * Lets transactions that come at the same time share one commit. SQLite syncs its file to the disk
 * at each commit, in the thread that runs everything, and has one connection on which all queue
 * up: under load that is what an upload waits for most. Each transaction of several is a savepoint of the
 * group's, so that one fails without the others, and is told of its success when the group is on
 * the disk; alone nobody waits. Other databases commit in parallel and group by themselves.
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

  /** A transaction of its own to its caller, committed with those that are open now. */
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
      // Members come one after the other without a pause where the database answers at once: others have their turn here.
      await nextTurn();
      return member;
    } catch (error) {
      this.leave(group);
      throw error;
    }
  }

  /** Nobody else has come until the connection was free: without a savepoint, and who comes now is the next group's. */
  private alone(group: Group, outer: Knex.Transaction): Knex.Transaction {
    this.open = this.open === group ? undefined : this.open;
    const { commit } = outer;
    return Object.assign(outer, { commit: () => this.commit(outer, commit) });
  }

  /** A member ends its savepoint first, and then waits for the group's commit. */
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
    // Heard by every member that has something to lose.
    committed.catch(() => {});
    return { outer, joined: 0, working: 0, committed, close };
  }

  /** Where SQLite refuses a commit the transaction goes on, and the next one could not begin. */
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
   * A commit of SQLite holds up the whole process: who is about to join gets its turn first. Where
   * nobody is, the turns take some ten microseconds each.
   */
  private closeIdle(group: Group, turns: number): void {
    setImmediate(() => {
      if (group.working > 0) {
        return; // Whoever leaves last comes here again.
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
