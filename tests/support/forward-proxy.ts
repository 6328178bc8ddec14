import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A forward proxy on this machine. */
export interface ForwardProxy {
  /** Address of the proxy, such as `http://127.0.0.1:41234`. */
  url: string;
  /** Targets of the CONNECT requests, as `host:port`, in order. */
  asked: string[];
  close(): Promise<void>;
}

/**
 * Starts a proxy that answers CONNECT requests with a tunnel, as undici needs it.
 *
 * @param names host names that only this proxy can resolve, and their addresses
 */
export async function startForwardProxy(names: Record<string, string> = {}): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  };
  const proxy = http.createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, client: Socket) => {
    const target = String(request.url);
    asked.push(target);
    const { hostname, port } = new URL(`http://${target}`);
    const server = connect(Number(port || 80), names[hostname] ?? hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.pipe(client);
      client.pipe(server);
    });
    keep(client);
    keep(server);
    server.once('close', () => client.destroy());
    client.once('close', () => server.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      sockets.forEach((socket) => socket.destroy());
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
