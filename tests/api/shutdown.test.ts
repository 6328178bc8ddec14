import http from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart, send } from '../support/raw';
import { startServer, type Server } from '../support/server';

/** Begins a request. The test sends its body piece by piece. */
function begin(server: Server, body: Buffer) {
  const req = http.request(server.url, {
    method: 'POST',
    path: '/api/upload',
    headers: { ...MULTIPART, 'content-length': body.length },
  });
  req.on('error', () => {});
  const answer = once(req, 'response').then(([response]: http.IncomingMessage[]) => {
    response!.resume();
    return response!.statusCode;
  });
  answer.catch(() => {});
  return { req, answer };
}

const body = multipart([
  {
    name: 'files',
    params: 'filename="a.bin"',
    type: 'text/plain',
    content: Buffer.alloc(300_000, 'x'),
  },
]);

describe('SIGTERM', () => {
  it('lets a running upload end, answers new ones 503, and then closes the database', async () => {
    const server = await startServer({ ownProcess: true });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      const { req, answer } = begin(server, body);
      req.write(body.subarray(0, 200_000));
      await eventually(async () => (await server.uploaded()).length > 0, 'the upload is staged');

      process.kill(server.pid, 'SIGTERM');
      await eventually(async () => server.output().includes('Shutting down'), 'it shuts down');
      const refused = await send(server.url, { headers: MULTIPART, chunks: [body] });
      expect(refused.status).toBe(503);
      expect(refused.headers['retry-after']).toBe('10');
      expect(refused.json()).toMatchObject({ error: { name: 'ServiceUnavailableError' } });

      req.end(body.subarray(200_000));
      expect(await answer).toBe(201);
      await eventually(async () => server.output().includes('has been shut down'), 'it is down');

      const stored = await server.uploaded();
      expect(stored).toEqual([expect.stringMatching(/^a_[0-9a-f]{10}\.bin$/)]);
      expect(await readFile(path.join(server.project.uploads, stored[0]!))).toHaveLength(300_000);
      const db = new Database(path.join(server.project.dir, '.tmp/data.db'), { readonly: true });
      expect(db.prepare('select state from upload_ledger').all()).toEqual([{ state: 'stored' }]);
      expect(db.prepare('select url from files').all()).toEqual([{ url: `/uploads/${stored[0]}` }]);
      db.close();
    } finally {
      await server.stop();
    }
  });

  it('lets the answer go out before connections are closed', async () => {
    const server = await startServer({
      ownProcess: true,
      files: {
        // This middleware still runs after the upload is stored, like a middleware that compresses or logs.
        'src/middlewares/slow.js': `module.exports = () => async (_ctx, next) => {
          await next();
          await new Promise((resolve) => setTimeout(resolve, 500));
        };`,
        'config/middlewares.js': `module.exports = [
          'strapi::errors', 'strapi::security', 'strapi::cors', 'global::slow', 'strapi::query',
          'strapi::body', 'strapi::session', 'strapi::favicon', 'strapi::public',
        ];`,
      },
    });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      const { req, answer } = begin(server, body);
      req.write(body.subarray(0, 200_000));
      await eventually(async () => (await server.uploaded()).length > 0, 'the upload is staged');
      process.kill(server.pid, 'SIGTERM');
      await eventually(async () => server.output().includes('Shutting down'), 'it shuts down');
      req.end(body.subarray(200_000));
      expect(await answer).toBe(201);
    } finally {
      await server.stop();
    }
  });

  it('breaks an upload off that does not come to its end, and takes it back', async () => {
    const server = await startServer({ ownProcess: true });
    try {
      await allowPublic(server, UPLOAD_ACTIONS);
      const { req } = begin(server, body);
      req.write(body.subarray(0, 200_000));
      await eventually(async () => (await server.uploaded()).length > 0, 'the upload is staged');
      process.kill(server.pid, 'SIGTERM');
      for (let waited = 0; waited < 3; waited += 1) {
        await eventually(
          async () => server.output().includes('has been shut down'),
          'it is down'
        ).catch(() => {});
      }
      expect(server.output()).toContain('has been shut down');
      expect(await server.uploaded()).toEqual([]);
      req.destroy();
    } finally {
      await server.stop();
    }
  });
});
