import { readFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { sendFile, withServer } from '../support/api';
import { pluginsWith } from '../support/config';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { sharedServer } from '../support/shared';
import { startServer, StartFailed, type Server, type ServerOptions } from '../support/server';

/** Runs `work` with the shared server. This is enough for settings that the plugin reads for each request. */
async function withSharedServer(work: (server: Server) => Promise<void>) {
  const server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
  await work(server);
}

const configured = (config: Record<string, unknown>): ServerOptions => ({
  files: { 'config/plugins.js': pluginsWith(config) },
});
const upload = (server: Server, content: Buffer, name: string) => sendFile(server, name, content);

describe('the project’s configuration', () => {
  it('bounds sizes, chooses breakpoints, lets types in and sets how long copies are good', () =>
    withServer(
      configured({
        sizeLimit: 200_000,
        breakpoints: { huge: 1200, mini: 64 },
        security: { allowedTypes: ['image/*', 'application/pdf'], deniedTypes: ['image/gif'] },
        providerOptions: { localServer: { maxage: 300_000, immutable: true } },
      }),
      async (server) => {
        const picture = await samples.jpeg({ width: 1300, height: 300, quality: 20 });
        const { body } = await upload(server, picture, 'a.jpg').expect(201);
        expect(Object.keys(body[0].formats).sort()).toEqual(['huge', 'mini', 'thumbnail']);
        await request(server.url)
          .get(body[0].url)
          .expect('Cache-Control', 'max-age=300, immutable');
        const large = Buffer.concat([samples.pdf(), Buffer.alloc(200_001)]);
        await upload(server, large, 'a.pdf').expect(413);
        await upload(server, samples.pdf(), 'a.pdf').expect(201);
        await upload(server, samples.csv(), 'a.csv').expect(400);
        await upload(server, await samples.animatedGif(), 'a.gif').expect(400);
      }
    ));

  it('is read for each request', () =>
    withSharedServer(async (server) => {
      await upload(server, samples.csv(), 'a.csv').expect(201);
      await server.inside((strapi) => void strapi.config.set('plugin::upload.sizeLimit', 10));
      await upload(server, samples.csv(), 'a.csv').expect(413);
      await server.inside(
        (strapi) => void strapi.config.set('plugin::upload.security', { allowedTypes: [] })
      );
      await upload(server, Buffer.from('x'), 'a.txt').expect(400);
    }));

  it('takes the limits of strapi::body’s formidable options', () =>
    withServer(
      {
        files: {
          'config/middlewares.js': `module.exports = [
            'strapi::logger', 'strapi::errors', 'strapi::security', 'strapi::cors',
            'strapi::poweredBy', 'strapi::query',
            { name: 'strapi::body', config: { formidable: { maxFileSize: 1000, maxTotalFileSize: 1500, maxFields: 2 } } },
            'strapi::session', 'strapi::favicon', 'strapi::public',
          ];`,
        },
      },
      async (server) => {
        await upload(server, Buffer.alloc(1000, 'x'), 'a.txt').expect(201);
        await upload(server, Buffer.alloc(1001, 'x'), 'a.txt').expect(413);
        await upload(server, Buffer.alloc(800, 'x'), 'a.txt')
          .attach('files', Buffer.alloc(800, 'x'), 'b.txt')
          .expect(413);
        await upload(server, Buffer.from('x'), 'a.txt')
          .field({ a: '1', b: '2', c: '3' })
          .expect(413);
      }
    ));

  it('follows the settings of the Media Library', () =>
    withSharedServer(async (server) => {
      await server.inside((strapi) =>
        strapi.plugin('upload').service('upload').setSettings({
          sizeOptimization: false,
          responsiveDimensions: false,
          autoOrientation: true,
        })
      );
      const sideways = await samples.jpeg({ width: 800, height: 600, orientation: 6 });
      const { body } = await upload(server, sideways, 'a.jpg').expect(201);
      expect(body[0]).toMatchObject({ width: 600, height: 800 });
      expect(Object.keys(body[0].formats)).toEqual(['thumbnail']);
    }));

  it('stops the start when it is wrong, with a sentence that says what is allowed', async () => {
    const failed = startServer({ ...configured({ sizeLimit: '10 apples' }), ownProcess: true });
    await expect(failed).rejects.toThrow(StartFailed);
    await expect(failed).rejects.toThrow(
      '"sizeLimit" is "10 apples"; allowed: a whole number of bytes, at least 1, or a text such as "200mb".'
    );
  });
});

describe('a project’s own additions', () => {
  it('keep attributes that it added to file: stored, answered, filterable', () =>
    withServer(
      {
        files: {
          'src/extensions/upload/strapi-server.js': `
            const upload = require('strapi-upload/extension');
            module.exports = (plugin) => {
              plugin.contentTypes.file.schema.attributes.license = { type: 'string', default: 'CC0' };
              return upload(plugin);
            };`,
        },
      },
      async (server) => {
        const { body } = await upload(server, samples.csv(), 'licensed.csv').expect(201);
        expect(body[0].license).toBe('CC0');
        const found = await request(server.url).get('/api/upload/files?filters[license]=CC0');
        expect(found.body).toMatchObject([{ name: 'licensed.csv' }]);
      }
    ));

  it('may add a route and read the staged file in an own controller', () =>
    withServer(
      {
        files: {
          'src/extensions/upload/strapi-server.js': `
            const upload = require('strapi-upload/extension');
            const fs = require('node:fs');
            module.exports = (builtin) => {
              const plugin = upload(builtin);
              const create = plugin.controllers['content-api'];
              plugin.controllers['content-api'] = (context) => ({
                ...create(context),
                async upload(ctx) {
                  const { files } = ctx.request.files;
                  ctx.body = {
                    text: fs.readFileSync(files.filepath, 'utf8'),
                    name: files.originalFilename,
                    type: files.mimetype,
                    size: files.size,
                    body: ctx.request.body,
                  };
                },
              });
              return plugin;
            };`,
        },
      },
      async (server) => {
        const { body } = await upload(server, Buffer.from('hello'), 'a.txt').field('note', 'x');
        expect(body).toEqual({
          text: 'hello',
          name: 'a.txt',
          type: 'text/plain',
          size: 5,
          body: { note: 'x' },
        });
        expect(await server.uploaded()).toEqual([]);
      }
    ));
});

describe('the extension of a TypeScript project', () => {
  it('is the same function under default and module exports', async () => {
    const source = await readFile(path.join(__dirname, '../../extension.js'), 'utf8');
    expect(source).toContain('module.exports');
    await withServer(
      {
        files: {
          'src/extensions/upload/strapi-server.js': `
            "use strict";
            Object.defineProperty(exports, "__esModule", { value: true });
            const extension = require('strapi-upload/extension');
            exports.default = extension;`,
        },
      },
      async (server) => {
        await upload(server, Buffer.from('x'), 'a.txt').expect(201);
        await request(server.url).get('/uploads/none').expect(404);
        await request(server.url).post('/api/upload').field('refId', '1').expect(400);
      }
    );
  });
});
