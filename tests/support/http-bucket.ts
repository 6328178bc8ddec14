import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pluginsWith } from './config';
import type { ServerOptions } from './server';

/** A provider that stores its files in a bucket by HTTP. */
const MODULE = `
  const { buffer } = require('node:stream/consumers');
  const send = async (url, method, body) => {
    const answer = await fetch(url, { method, body });
    if (!answer.ok) throw new Error('the bucket answered ' + answer.status);
  };
  module.exports = { init: ({ base, isClosed }) => {
    const urlOf = ({ hash, ext }) => base + '/' + encodeURIComponent(hash + ext);
    return {
      async uploadStream(file) {
        file.url = urlOf(file);
        await send(file.url, 'PUT', await buffer(file.stream));
      },
      delete: (file) => send(urlOf(file), 'DELETE'),
      isPrivate: () => isClosed,
      getSignedUrl: ({ url }) => ({ url: url + '?signature=good%2F' }),
    };
  } };`;

/** A bucket of a storage provider: an HTTP server that keeps objects in memory. */
export class HttpBucket {
  readonly objects = new Map<string, Buffer>();
  /** Names of the objects that clients have read, in their order. */
  readonly reads: string[] = [];
  /** Number of objects that clients are reading now. */
  reading = 0;
  /** Runs before an object is sent. */
  beforeRead: (name: string) => Promise<unknown> | void = () => {};
  /** Whether answers to reads stop in the middle, without an end. */
  stopsHalfway = false;
  /** Status of the answers to reads. */
  status = 200;
  private readonly server: http.Server;

  private constructor(private readonly isClosed: boolean) {
    this.server = http.createServer((req, res) => void this.answer(req, res));
  }

  /** @param isClosed whether objects can be read with signed URLs only */
  static async start(isClosed = false): Promise<HttpBucket> {
    const bucket = new HttpBucket(isClosed);
    await once(bucket.server.listen(0, '127.0.0.1'), 'listening');
    return bucket;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Options of a project whose files are kept here. */
  project(config: Record<string, unknown> = {}): ServerOptions {
    const providerOptions = { base: this.base, isClosed: this.isClosed };
    return {
      files: {
        'modules/http-bucket/index.js': MODULE,
        'config/plugins.js': pluginsWith({ provider: 'http-bucket', providerOptions, ...config }),
      },
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const { pathname, search } = new URL(req.url!, this.base);
    const name = decodeURIComponent(pathname.slice(1));
    if (req.method === 'PUT') {
      this.objects.set(name, await buffer(req));
    } else if (req.method === 'DELETE') {
      this.objects.delete(name);
    } else {
      this.reads.push(name);
      this.reading += 1;
      res.once('close', () => (this.reading -= 1));
      await this.beforeRead(name);
      const isAllowed = !this.isClosed || search === '?signature=good%2F';
      const found = isAllowed ? this.objects.get(name) : undefined;
      res.statusCode = !isAllowed ? 403 : found ? this.status : 404;
      if (this.stopsHalfway && found) {
        res.write(found.subarray(0, found.length / 2));
        return;
      }
      res.end(res.statusCode === 200 ? found : undefined);
      return;
    }
    res.end();
  }
}
