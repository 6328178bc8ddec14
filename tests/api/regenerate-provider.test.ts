import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { cliHost } from '../support/cli-host';
import { pluginsWith } from '../support/config';
import { ledgerOf } from '../support/ledger';
import { startPictureServer, type StoredPicture } from '../support/picture-server';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';

/** A private provider whose bucket is a folder. It serves only signed URLs. */
const MODULE = `
  const fs = require('node:fs/promises');
  const path = require('node:path');
  const { pipeline } = require('node:stream/promises');
  const { createWriteStream } = require('node:fs');
  module.exports = { init: ({ folder, base }) => ({
    async uploadStream(file) {
      await pipeline(file.stream, createWriteStream(path.join(folder, file.hash + file.ext)));
      file.url = base + '/' + file.hash + file.ext;
    },
    delete: (file) => fs.rm(path.join(folder, file.hash + file.ext)),
    isPrivate: () => true,
    getSignedUrl: ({ url }) => ({ url: url + '?signature=good' }),
  }) };`;

let bucket: string;
let storage: http.Server;
let site: Awaited<ReturnType<typeof startPictureServer>>;
const command = cliHost(() => site.server.project);
let config: Record<string, unknown>;

beforeAll(async () => {
  bucket = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-bucket-'));
  storage = http.createServer(async (req, res) => {
    const { pathname, search } = new URL(req.url!, 'http://bucket');
    try {
      res.statusCode = search === '?signature=good' ? 200 : 403;
      res.end(res.statusCode === 200 ? await readFile(path.join(bucket, pathname)) : '');
    } catch {
      res.writeHead(404).end();
    }
  });
  await once(storage.listen(0, '127.0.0.1'), 'listening');
  const base = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
  config = {
    provider: 'bucket-provider',
    providerOptions: { folder: bucket, base },
    images: { placeholder: true },
  };
  site = await startPictureServer({
    files: {
      'modules/bucket-provider/index.js': MODULE,
      'config/plugins.js': pluginsWith(config),
    },
  });
});
afterAll(async () => {
  await site?.server.stop();
  storage?.closeAllConnections();
  await new Promise((resolve) => storage?.close(resolve));
  await rm(bucket, { recursive: true, force: true });
});

const rowOf = (id: number): Promise<StoredPicture> =>
  site.server.inside(
    (strapi, id) => strapi.db.query('plugin::upload.file').findOne({ where: { id } }),
    id
  );

const changeRow = (id: number, data: object) =>
  site.server.inside(
    (strapi, id, data) => strapi.db.query('plugin::upload.file').update({ where: { id }, data }),
    id,
    data
  );

it('reads originals by their signed URLs, and makes what is missing beside them', async () => {
  const photo = await quarters(1600, 1200).png().toBuffer();
  const { id } = await site.upload('a.png', photo);
  const { id: lost } = await site.upload('lost.png', photo);
  const before = await rowOf(id);
  await rm(path.join(bucket, path.basename((await rowOf(lost)).url)));
  // Bring the file into the state of a file that the built-in stored: no placeholder and no ledger row.
  await changeRow(id, { placeholder: null });
  await site.server.inside(
    async (strapi, id) => strapi.db.getConnection('upload_ledger').where({ file_id: id }).delete(),
    id
  );
  const images = { placeholder: true, sizes: { hero: { width: 900 } } };
  await writeFile(
    path.join(site.server.project.dir, 'config/plugins.js'),
    pluginsWith({ ...config, images })
  );

  const { code, err, out } = await command('regenerate');

  expect({ code, err }).toEqual({
    code: 1,
    err: `"lost.png" (id ${lost}): The storage answered the request for the file with the status 404.\n`,
  });
  expect(out).toContain('1 of 2 images were changed, 1 failed.');
  const after = await rowOf(id);
  const { hero, ...others } = after.formats!;
  expect(others).toEqual(before.formats);
  expect({ ...after, formats: null, updatedAt: '' }).toEqual({
    ...before,
    ...{ formats: null, updatedAt: '', placeholder: expect.any(String) },
  });
  expect(hero!.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hero_a_[0-9a-f]{10}\.png$/);
  expectColours(await coloursOf(await readFile(path.join(bucket, path.basename(hero!.url)))), [
    RED,
    GREEN,
    BLUE,
    YELLOW,
  ]);
  const adopted = (await ledgerOf(site.server)).find(({ fileId }) => fileId === id)!;
  const named = [before, ...Object.values(after.formats!)].map(({ url }) => path.basename(url));
  expect(adopted.objects.map(({ hash, ext }) => hash + ext).sort()).toEqual(named.sort());
  const bytes = await Promise.all(named.map((name) => readFile(path.join(bucket, name))));
  expect(adopted.objects.map(({ sizeInBytes }) => sizeInBytes).sort()).toEqual(
    bytes.map(({ length }) => length).sort()
  );
});

it('leaves nothing in the bucket that no row names', async () => {
  await writeFile(
    path.join(site.server.project.dir, 'config/plugins.js'),
    pluginsWith({ ...config, breakpoints: { large: 800 }, replace: { url: 'versioned' } })
  );
  const { code, err } = await command('regenerate', '--all');

  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(
      /^"lost\.png" \(id \d+\): The storage answered the request for the file with the status 404\.\n$/
    ),
  });
  const rows = await site.server.inside((strapi) =>
    strapi.db.query('plugin::upload.file').findMany({})
  );
  const [good] = rows as [StoredPicture];
  expect(Object.keys(good.formats!).sort()).toEqual(['large', 'thumbnail']);
  const named = (rows as StoredPicture[])
    .flatMap((row) => [...(row.name === 'lost.png' ? [] : [row]), ...Object.values(row.formats!)])
    .map(({ url }) => path.basename(url));
  expect((await readdir(bucket)).sort()).toEqual(named.sort());
});
