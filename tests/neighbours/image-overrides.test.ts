import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import sharp from 'sharp';
import { bytesAt, sendFile, startPublicServer } from '../support/api';
import { createRestaurant } from '../support/entries';
import { LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { noise } from '../support/planted';
import * as samples from '../support/samples';
import { type Server } from '../support/server';
import { stateOf } from '../support/state';

const EXTENSION = 'src/extensions/upload/strapi-server.js';

/** A project whose extension loads this plugin and then changes this plugin's service. */
const projectWith = (change: string) => ({
  files: {
    [EXTENSION]: `
      const sharp = require('sharp');
      const fs = require('node:fs');
      const path = require('node:path');
      module.exports = (builtin) => {
        const plugin = require('strapi-upload/extension')(builtin);
        ${change}
        return plugin;
      };`,
  },
});

const start = (change: string): Promise<Server> =>
  startPublicServer(projectWith(change), [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);

const upload = (server: Server, bytes: Buffer, name: string, path = '/api/upload') =>
  sendFile(server, name, bytes, { path });

/** Runs `work` with a server whose project overrides functions of the service. `change` is the code that does it. */
const withOverrides = async (change: string, work: (server: Server) => Promise<void>) => {
  const server = await start(change);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
};

const override = (name: string, source: string) =>
  `plugin.services['image-manipulation'].${name} = ${source};`;

describe('a project’s own generateFileName', () => {
  const named = `plugin.services['image-manipulation'].generateFileName = (name) => 'seo-' + name;`;

  it('names what is stored, and never lets one file be written over another', () =>
    withOverrides(named, async (server) => {
      const form = request(server.url).post('/api/upload');
      const { body } = await form
        .attach('files', Buffer.from('first'), 'menu.txt')
        .attach('files', Buffer.from('second'), 'menu.txt')
        .expect(201);
      expect(body[0]).toMatchObject({ hash: 'seo-menu', url: '/uploads/seo-menu.txt' });
      expect(body[1].hash).toMatch(/^seo-menu_[0-9a-f]{10}$/);

      const { body: later } = await upload(server, Buffer.from('third'), 'menu.txt').expect(201);
      expect(later[0].hash).toMatch(/^seo-menu_[0-9a-f]{10}$/);
      const texts = [];
      for (const { url } of [...body, ...later]) {
        texts.push(String(await bytesAt(server, url)));
      }
      expect(texts).toEqual(['first', 'second', 'third']);
    }));

  it('is told in a sentence when it names what lies in the storage already', () =>
    withOverrides(named, async (server) => {
      await writeFile(path.join(server.project.uploads, 'seo-menu.txt'), 'a stranger');
      const { body } = await upload(server, Buffer.from('first'), 'menu.txt').expect(409);
      expect(body.error.message).toBe(
        'The storage already has a file with this name. Try again, or use another name.'
      );
      expect(String(await bytesAt(server, '/uploads/seo-menu.txt'))).toBe('a stranger');
    }));

  it('names the sizes of a picture too, and what callers store themselves', () =>
    withOverrides(named, async (server) => {
      const { body } = await upload(server, await samples.jpeg(), 'view.jpg').expect(201);
      expect(body[0].formats.thumbnail.hash).toBe('thumbnail_seo-view');
      expect(await server.uploaded()).toContain('thumbnail_seo-view.jpg');
      const info = await server.inside((strapi) =>
        strapi
          .plugin('upload')
          .service('upload')
          .formatFileInfo({ filename: 'logo.png', type: 'image/png', size: 1 })
      );
      expect(info.hash).toBe('seo-logo');
    }));

  it('counts as well when the whole service is made anew', () =>
    withOverrides(
      `const original = plugin.services['image-manipulation'];
       plugin.services['image-manipulation'] = () => ({
         ...original, generateFileName: (name) => 'made-' + name });`,
      async (server) => {
        const { body } = await upload(server, Buffer.from('text'), 'a.txt').expect(201);
        expect(body[0].hash).toBe('made-a');
      }
    ));
});

describe('a project’s own optimize', () => {
  const toWebp = override(
    'optimize',
    `async (file) => {
      const filepath = path.join(file.tmpWorkingDirectory, 'webp-' + file.hash);
      await sharp(file.filepath).webp().toFile(filepath);
      return { ...file, filepath, ext: '.webp', mime: 'image/webp',
        name: path.parse(file.name).name + '.webp', getStream: () => fs.createReadStream(filepath) };
    }`
  );

  it('decides what is stored: bytes, name and type; the sizes are made from that', () =>
    withOverrides(toWebp, async (server) => {
      const { body } = await upload(server, await samples.jpeg(), 'view.jpg').expect(201);
      const [file] = body;
      expect(file).toMatchObject({ name: 'view.webp', ext: '.webp', mime: 'image/webp' });
      expect(file.url).toBe(`/uploads/${file.hash}.webp`);
      expect(Object.keys(file.formats).sort()).toEqual(['large', 'medium', 'small', 'thumbnail']);
      for (const { url, mime, width } of [file, ...Object.values<typeof file>(file.formats)]) {
        expect(mime).toBe('image/webp');
        const made = await sharp(await bytesAt(server, url)).metadata();
        expect(made).toMatchObject({ format: 'webp', width });
      }
      expect(file.size).toBe(Math.round((await bytesAt(server, file.url)).length / 10) / 100);
    }));

  it('changes no address of a file that is replaced', () =>
    withOverrides(toWebp, async (server) => {
      const { body } = await upload(server, Buffer.from('text'), 'a.txt').expect(201);
      const [{ id, url, hash }] = body;
      const path = `/api/upload?id=${id}`;
      const { body: replaced } = await upload(server, await samples.jpeg(), 'v.jpg', path).expect(
        200
      );
      expect(replaced).toMatchObject({ id, url, hash, ext: '.txt', mime: 'image/webp' });
      expect(replaced.formats.small.url).toBe(`/uploads/small_${hash}.txt`);
      expect(await sharp(await bytesAt(server, url)).metadata()).toMatchObject({ format: 'webp' });
    }));

  it('gets what the built-in gives it', () =>
    withOverrides(
      override('optimize', `async (file) => { globalThis.seen = file; return file; }`),
      async (server) => {
        // The image has no metadata, because the plugin would remove metadata in any case.
        const jpeg = await noise(1600, 1200).jpeg({ quality: 90 }).toBuffer();
        const form = upload(server, jpeg, 'view.jpg');
        const { body } = await form.field('fileInfo', '{"caption":"Sea"}').expect(201);
        const seen = await server.inside(() => {
          const { getStream, ...file } = (globalThis as unknown as { seen: object }).seen as {
            getStream: unknown;
          };
          return { ...file, getStream: typeof getStream };
        });
        expect(seen).toMatchObject({
          name: 'view.jpg',
          caption: 'Sea',
          hash: body[0].hash,
          ext: '.jpg',
          mime: 'image/jpeg',
          size: Math.round(jpeg.length / 10) / 100,
          sizeInBytes: jpeg.length,
          filepath: expect.any(String),
          tmpWorkingDirectory: expect.stringContaining(server.project.temp),
          getStream: 'function',
        });
        expect(jpeg.equals(await bytesAt(server, body[0].url))).toBe(true);
      }
    ));
});

describe('a project’s own sizes', () => {
  it('replace ours: another thumbnail, other breakpoints', () =>
    withOverrides(
      `const sized = (prefix, side) => async (file) => {
        const hash = prefix + '_' + file.hash;
        const filepath = path.join(file.tmpWorkingDirectory, hash);
        const { width, height } = await sharp(file.filepath).resize(side, side).toFile(filepath);
        return { name: prefix + '_' + file.name, hash, ext: file.ext, mime: file.mime, path: null,
          width, height, filepath, getStream: () => fs.createReadStream(filepath) };
      };
      Object.assign(plugin.services['image-manipulation'], {
        generateThumbnail: sized('tiny', 60),
        generateResponsiveFormats: async (file) =>
          [{ key: 'square', file: await sized('square', 300)(file) }, undefined],
      });`,
      async (server) => {
        const { body } = await upload(server, await samples.jpeg(), 'view.jpg').expect(201);
        const { hash, formats } = body[0];
        expect(formats).toMatchObject({
          thumbnail: {
            hash: `tiny_${hash}`,
            width: 60,
            height: 60,
            url: `/uploads/tiny_${hash}.jpg`,
          },
          square: { hash: `square_${hash}`, width: 300, url: `/uploads/square_${hash}.jpg` },
        });
        expect(Object.keys(formats)).toHaveLength(2);
        await request(server.url).delete(`/api/upload/files/${body[0].id}`).expect(200);
        expect(await server.uploaded()).toEqual([]);
      }
    ));

  it('or leave them out', () =>
    withOverrides(override('generateThumbnail', 'async () => null'), async (server) => {
      const { body } = await upload(server, await samples.jpeg(), 'view.jpg').expect(201);
      expect(Object.keys(body[0].formats).sort()).toEqual(['large', 'medium', 'small']);
    }));
});

describe('a project’s own judgement of pictures', () => {
  const asked = ['isImage', 'isFaultyImage', 'isOptimizableImage', 'isResizableImage'];
  let server: Server;
  let jpeg: Buffer;

  beforeAll(async () => {
    server = await start(`
      const service = plugin.services['image-manipulation'];
      for (const name of ${JSON.stringify([...asked, 'getDimensions'])}) {
        const original = service[name];
        service[name] = (file) => globalThis.answers?.[name] ?? original(file);
      }`);
    // The image has no metadata, because the plugin would remove metadata in any case.
    jpeg = await noise(1600, 1200).jpeg({ quality: 90 }).toBuffer();
  });
  afterAll(() => server.stop());

  const uploadWith = async (answers: Record<string, unknown>) => {
    await server.inside((_strapi, answers) => {
      Object.assign(globalThis, { answers });
    }, answers);
    return upload(server, jpeg, 'view.jpg');
  };

  it('counts: what is no image is stored as it is', async () => {
    const { body } = await uploadWith({ isImage: false });
    expect(body[0]).toMatchObject({ formats: null, width: null });
    expect(jpeg.equals(await bytesAt(server, body[0].url))).toBe(true);
  });

  it('counts: what is not resizable gets no sizes', async () => {
    const { body } = await uploadWith({ isResizableImage: false });
    expect(body[0]).toMatchObject({ formats: null, width: 1600, height: 1200 });
  });

  it('counts: what is not optimisable is stored as it is, with sizes', async () => {
    const { body } = await uploadWith({ isOptimizableImage: false });
    expect(Object.keys(body[0].formats)).toHaveLength(4);
    expect(jpeg.equals(await bytesAt(server, body[0].url))).toBe(true);
  });

  it('counts: a picture has the size that it is said to have', async () => {
    const { body } = await uploadWith({ getDimensions: { width: 7, height: 5 } });
    expect(body[0]).toMatchObject({ width: 7, height: 5 });
  });

  it('counts: what is faulty is refused, and nothing of it is left', async () => {
    const before = await stateOf(server);
    const { status, body } = await uploadWith({ isFaultyImage: true });
    expect(status).toBe(400);
    expect(body.error.details.errors[0]).toMatchObject({ file: 'view.jpg', code: 'INVALID_IMAGE' });
    expect(await stateOf(server)).toEqual(before);
  });

  it('else it is as without: a broken picture is refused, a sound one gets its sizes', async () => {
    await uploadWith({}).then(({ body }) => {
      expect(Object.keys(body[0].formats)).toEqual(['large', 'medium', 'small', 'thumbnail']);
      expect(body[0].size).toBeLessThan(jpeg.length / 1000);
    });
    const { status, body } = await upload(server, samples.withoutPixels(jpeg), 'cut.jpg');
    expect([status, body.error.details.errors[0].code]).toEqual([400, 'INVALID_IMAGE']);
  });
});

describe('a function of a project that fails', () => {
  it('takes the upload back, links and temporary files too', () =>
    withOverrides(
      override(
        'generateResponsiveFormats',
        `async (file) => { fs.writeFileSync(path.join(file.tmpWorkingDirectory, 'half'), 'x');
          throw new Error('out of paint'); }`
      ),
      async (server) => {
        const { published } = await createRestaurant(server);
        const before = await stateOf(server);
        await upload(server, await samples.jpeg(), 'view.jpg')
          .field('ref', 'api::restaurant.restaurant')
          .field('refId', published)
          .field('field', 'covers')
          .expect(500);
        expect(server.output()).toContain('out of paint');
        const after = await stateOf(server);
        expect({ ...after, rows: { ...after.rows, folders: 0 } }).toEqual({
          ...before,
          rows: { ...before.rows, folders: 0 },
        });
      }
    ));
});
