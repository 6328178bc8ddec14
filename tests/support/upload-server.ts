import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request that the server has received completely. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  /** Number of bytes of the body. */
  bytes: number;
  form: FormData;
}

/** How the server answers a request. */
export type Reply = (
  request: IncomingMessage,
  response: ServerResponse,
  server: UploadServer
) => void | Promise<void>;

/** A small server to which the client uploads. It answers the first request by the first reply, and so on. */
export class UploadServer {
  readonly received: Received[] = [];
  /** Number of requests that have begun. */
  begun = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string
  ) {}

  static async start(replies: Reply[]): Promise<UploadServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const started = new UploadServer(server, `http://127.0.0.1:${port}/api/upload`);
    server.on('request', (request, response) => {
      const reply = replies[started.begun] ?? answers(500);
      started.begun += 1;
      // A connection that a reply destroys makes the reading of its body fail.
      void Promise.resolve(reply(request, response, started)).catch(() => undefined);
    });
    return started;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function receive(request: IncomingMessage, { received }: UploadServer): Promise<void> {
  const { headers, url: path = '' } = request;
  const body = await buffer(request);
  const type = { 'Content-Type': headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(body), { headers: type }).formData();
  received.push({ path, headers, bytes: body.length, form });
}

/** Receives the whole request, and then answers it. */
export const answers =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Reply =>
  async (request, response, server) => {
    await receive(request, server);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Receives the whole request, and closes the connection without an answer. */
export const disconnects: Reply = async (request, _response, server) => {
  await receive(request, server);
  request.socket.destroy();
};

/** Receives the whole request, and closes the connection after a status and a part of the body. */
export const breaksOff =
  (status: number, headers: Record<string, string> = {}): Reply =>
  async (request, response, server) => {
    await receive(request, server);
    response.writeHead(status, { ...headers, 'Content-Length': '100' });
    response.write('[{', () => setTimeout(() => request.socket.destroy(), 50));
  };

/** Receives the whole request, and never answers. */
export const hangs: Reply = (request, _response, server) => receive(request, server);

/** An error as Strapi answers it. */
export const refusal = (status: number, name: string, errors?: object[]) => ({
  data: null,
  error: { status, name, message: `It is ${status}.`, details: errors ? { errors } : {} },
});
