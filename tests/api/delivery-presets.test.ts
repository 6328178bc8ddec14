import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { startPublicServer, storeFile } from '../support/api';
import { cliHost } from '../support/cli-host';
import { pluginsWith } from '../support/config';
import { eventually } from '../support/ledger';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';

const PRESETS = {
  hero: { width: 500, height: 100, eager: true },
  best: { width: 90, format: 'auto', eager: true },
  late: { width: 77 },
};

interface StoredFile {
  id: number;
  documentId: string;
  url: string;
  hash: string;
  formats: Record<string, { url: string }>;
}

let server: Server;
beforeAll(async () => {
  server = await startPublicServer({
    files: { 'config/plugins.js': pluginsWith({ transforms: { presets: PRESETS } }) },
  });
});
afterAll(() => server.stop());

const photo = (width = 1600) => quarters(width, 1200).jpeg().toBuffer();

const store = async (name: string): Promise<StoredFile> =>
  (await storeFile(server, name, await photo())) as StoredFile;

/** Sizes and formats of the variants of a file, as they lie on the disk. */
async function variantsOf({ hash }: { hash: string }): Promise<string[]> {
  const folder = path.join(server.project.uploads, '.derived', hash);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = names.map(async (name) => {
    const { width, height, format, compression } = await sharp(path.join(folder, name)).metadata();
    return `${width}x${height} ${compression === 'av1' ? 'avif' : format}`;
  });
  return (await Promise.all(found)).sort();
}

describe('presets with eager: true', () => {
  it('are there when the upload is answered, and no others', async () => {
    const file = await store('eager.jpg');
    const made = await variantsOf(file);
    expect(made).toEqual(expect.arrayContaining(['500x100 jpeg', '90x68 webp']));
    expect(made.filter((one) => one.startsWith('77x'))).toEqual([]);
  });

  it('the AVIF of format: auto follows while nobody waits', async () => {
    const file = await store('slow.jpg');
    await eventually(
      async () => (await variantsOf(file)).includes('90x68 avif'),
      'the AVIF is made'
    );
  });

  it('are made again of a replacement', async () => {
    const file = await store('replaced.jpg');
    const form = new FormData();
    const anew = new Uint8Array(await photo(600));
    form.append('files', new Blob([anew], { type: 'image/jpeg' }), 'replaced.jpg');
    const answer = await fetch(`${server.url}/api/upload?id=${file.id}`, {
      method: 'POST',
      body: form,
    });
    expect(answer.status).toBe(200);
    const { width, height } = await sharp(
      Buffer.from(await (await fetch(`${server.url}${file.url}?key=best`)).arrayBuffer())
    ).metadata();
    expect({ width, height }).toEqual({ width: 90, height: 180 });
    await eventually(
      async () => (await variantsOf(file)).every((one) => /^(500x100|90x180) /.test(one)),
      'the former variants are removed'
    );
  });

  it.each([true, false])(
    'wait for the transaction of the caller, committed: %s',
    async (commits) => {
      const filepath = path.join(server.project.dir, `caller-${commits}.jpg`);
      writeFileSync(filepath, await photo());
      const hash = (await server.inside(
        async (strapi, { filepath, commits }) => {
          let stored: { hash: string } | undefined;
          const work = async () => {
            const file = {
              filepath,
              originalFilename: 'caller.jpg',
              mimetype: 'image/jpeg',
              size: 1,
            };
            const service = strapi.plugin('upload').service('upload');
            [stored] = await service.upload({ data: {}, files: file });
            // Changing a file announces it inside the transaction.
            await service.updateFileInfo((stored as unknown as { id: number }).id, {
              caption: 'New',
            });
            if (!commits) {
              throw new Error('rolled back');
            }
          };
          await strapi.db.transaction(work).catch(() => {});
          return stored!.hash;
        },
        { filepath, commits }
      )) as string;
      if (commits) {
        await eventually(
          async () => (await variantsOf({ hash })).includes('500x100 jpeg'),
          'the variant is made after the commit'
        );
      } else {
        expect(await variantsOf({ hash })).toEqual([]);
      }
    }
  );

  it('make no difference for files that are no images', async () => {
    const file = (await storeFile(server, 'a.txt', Buffer.from('text'))) as StoredFile;
    expect(await variantsOf(file)).toEqual([]);
  });
});

describe('strapi-upload url', () => {
  const command = cliHost(() => server.project);
  const sizeAt = async (url: string) => {
    const answer = await fetch(`${server.url}${url}`);
    const { width, height, format } = await sharp(
      Buffer.from(await answer.arrayBuffer())
    ).metadata();
    return [width, height, format];
  };

  it.each<[string, (file: StoredFile) => string]>([
    ['id', ({ id }) => String(id)],
    ['documentId', ({ documentId }) => documentId],
    ['URL', ({ url }) => url],
  ])('prints a URL that the server answers, for a file with this %s', async (_what, nameOf) => {
    const file = await store('command.jpg');
    const { code, out } = await command('url', nameOf(file), '--width', '333', '--format', 'png');
    expect(code).toBe(0);
    expect(out.trim()).toMatch(/^\/uploads\/\S+$/);
    expect(await sizeAt(out.trim())).toEqual([333, 250, 'png']);
  });

  it('prints the URL of a size', async () => {
    const file = await store('size.jpg');
    const { out } = await command('url', String(file.id), '--size', 'small', '--width', '33');
    expect(out).toContain(file.formats.small!.url);
    expect(await sizeAt(out.trim())).toEqual([33, 25, 'jpeg']);
  });

  it('says which file or size is missing', async () => {
    const file = await store('missing.jpg');
    expect(await command('url', 'none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no file "none"'),
    });
    expect(await command('url', String(file.id), '--size', 'huge')).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no size "huge"; its sizes:'),
    });
  });
});
