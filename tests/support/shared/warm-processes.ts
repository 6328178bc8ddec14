import { environmentOfProcess } from '../environment';
import { ServerProcess } from '../server-process';

/** Projects that a process runs before it ends. Each one leaves a few megabytes behind. */
const MOST = 25;

/**
 * Processes that run the servers of test files one after the other. Only a process's first server has to load and compile
 * Strapi's code.
 */
export class WarmProcesses {
  /** Processes that run no project, and how many each of them has run. */
  readonly #idle = new Map<ServerProcess, number>();
  readonly #busy = new Map<ServerProcess, number>();

  /** Returns a process that runs no project. */
  take(): ServerProcess {
    const [taken, count] = [...this.#idle].find(([{ hasEnded }]) => !hasEnded) ?? [this.begin(), 0];
    this.#idle.delete(taken);
    this.#busy.set(taken, count + 1);
    return taken;
  }

  /** Takes back a process, and stops its project. */
  async giveBack(process: ServerProcess): Promise<void> {
    const count = this.#busy.get(process) ?? MOST;
    this.#busy.delete(process);
    if (process.hasEnded) {
      return;
    }
    try {
      await process.stop();
      if (count < MOST) {
        this.#idle.set(process, count);
      } else {
        await process.kill();
      }
    } catch {
      // The project did not start, or did not end.
      await process.end();
    }
  }

  /** Kills all processes that run no project: see `HeldServer.stop` for why they are killed. */
  async drop(): Promise<void> {
    const dropped = [...this.#idle.keys()];
    this.#idle.clear();
    await Promise.all(dropped.map((process) => process.kill()));
  }

  private begin(): ServerProcess {
    const process = ServerProcess.fork(environmentOfProcess());
    // The worker may end while the process waits for its next project.
    process.unref();
    return process;
  }
}

/** The processes of this worker. */
export const warmProcesses = new WarmProcesses();

process.once('beforeExit', () => void warmProcesses.drop());
process.once('SIGTERM', () => void warmProcesses.drop());
