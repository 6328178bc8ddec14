import path from 'node:path';
import { startServer, type Server } from '../server';

const STATE = path.join(__dirname, 'server-state.js');

/** The global function of a shared server with which the server restores its state. */
interface Watched {
  restoreState(): Promise<void>;
}

/** A server that the test files of one jest worker use one after the other. */
export class HeldServer {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<HeldServer> {
    const server = await startServer();
    try {
      await server.inside(async (strapi, file) => {
        // Switch the limit off: all test files log in from one address, and Strapi allows five logins in five minutes.
        strapi.config.set('admin.rateLimit', { enabled: false });
        const { createRequire } = process.getBuiltinModule('node:module');
        // Define the variable before `watch` runs, so that `watch` does not take it for a global variable of a test.
        Object.defineProperty(globalThis, 'restoreState', { value: undefined, writable: true });
        const { watch } = createRequire(file)(file);
        (globalThis as unknown as Watched).restoreState = await watch(strapi);
      }, STATE);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return new HeldServer(server);
  }

  /** Restores the state that the server had after its start. */
  restore(): Promise<void> {
    return this.server.inside(() => (globalThis as unknown as Watched).restoreState());
  }

  /** Returns the server for a test file. Its `output` begins at this call, and its `stop` does nothing. */
  lend(): Server {
    const from = this.server.output().length;
    return {
      ...this.server,
      output: () => this.server.output().slice(from),
      stop: async () => {},
    };
  }

  /**
   * Kills the server and removes its project. jest gives a worker half a second for its end, and Strapi's own end may take
   * longer. The processor time of a process that outlives its worker would be counted nowhere.
   */
  async stop(): Promise<void> {
    await this.server.kill();
    await this.server.stop();
  }

  /** Lets the worker's process end although the server still runs. */
  unref(): void {
    this.server.unref();
  }
}
