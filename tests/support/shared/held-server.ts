import path from 'node:path';
import { startServer, type Server } from '../server';

const STATE = path.join(__dirname, 'server-state.js');

/** What a server that is shared has to offer beside its tests. */
interface Watched {
  restoreState(): Promise<void>;
}

/** A server that test files of one worker of jest use one after the other. */
export class HeldServer {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<HeldServer> {
    const server = await startServer();
    try {
      await server.inside(async (strapi, file) => {
        // One address signs in for many test files: Strapi lets it do so five times in five minutes.
        strapi.config.set('admin.rateLimit', { enabled: false });
        const { createRequire } = process.getBuiltinModule('node:module');
        // Not to be taken for a global variable of a test.
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

  /** Puts everything back as it was after the start. */
  restore(): Promise<void> {
    return this.server.inside(() => (globalThis as unknown as Watched).restoreState());
  }

  /** What a test file gets: its own part of the output, and no end. */
  lend(): Server {
    const from = this.server.output().length;
    return {
      ...this.server,
      output: () => this.server.output().slice(from),
      stop: async () => {},
    };
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Lets the worker's process end, or goes on with it. */
  unref(): void {
    this.server.unref();
  }
}
