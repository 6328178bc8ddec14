import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { storeFile } from '../support/api';
import { HttpBucket } from '../support/http-bucket';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { expectColours, coloursOf, quarters } from '../support/pixels';
import { startServer, type Server } from '../support/server';

interface StoredFile {
  id: number;
  url: string;
  hash: string;
  ext: string;
  formats: Record<string, { url: string; hash: string; ext: string; width: number }>;
}

const get = async (server: Server, url: string, init: RequestInit = {}) => {
  const answer = await fetch(server.url + url, { redirect: 'manual', ...init });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes };
};

const photo = (width = 1600, height = 1200) =>
  quarters(width, height).jpeg({ quality: 95 }).toBuffer();

const rowsOf = (server: Server) =>
  server.inside(async (strapi) =>
    strapi.db.getConnection('upload_variants').select('*').orderBy('id')
  ) as Promise<Array<Record<string, unknown>>>;

const tidied = (server: Server) =>
  server.inside((strapi) => strapi.get('strapi-upload.container').images.variants.budget.tidy());

/** Lets ten minutes pass for the copies of originals. */
async function copiesExpired(server: Server): Promise<void> {
  await server.inside((strapi) =>
    strapi.db
      .getConnection('upload_variants')
      .where({ state: 'original' })
      .update({ used_at: Date.now() - 600_001 })
  );
  await tidied(server);
}

const keyOf = ({ hash, ext }: { hash: string; ext: string }) => `${hash}${ext}`;

/** Stores an image, and forgets which objects were read until then. */
async function storedIn(bucket: HttpBucket, server: Server, name: string, content?: Buffer) {
  const file = (await storeFile(server, name, content ?? (await photo()))) as StoredFile;
  bucket.reads.length = 0;
  return file;
}

describe('files of another provider', () => {
  let bucket: HttpBucket;
  let server: Server;
  beforeAll(async () => {
    bucket = await HttpBucket.start();
    server = await startServer(bucket.project());
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(async () => {
    await server.stop();
    await bucket.stop();
  });
  afterEach(() => {
    bucket.status = 200;
    bucket.beforeRead = () => {};
    bucket.stopsHalfway = false;
  });

  it('have variants, on the server of Strapi', async () => {
    const file = await storedIn(bucket, server, 'far.jpg');
    const { status, headers, bytes } = await get(
      server,
      `/uploads/${keyOf(file)}?width=320&format=webp&v=1`
    );
    expect([status, headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 384, height: 288 });
    expectColours(await coloursOf(bytes), await coloursOf(await photo()));
  });

  it('are fetched once for all variants that are asked for at the same time', async () => {
    const file = await storedIn(bucket, server, 'once.jpg');
    const widths = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750];
    const answers = await Promise.all(
      widths.map((width) => get(server, `/uploads/${keyOf(file)}?width=${width}`))
    );
    expect(answers.map(({ status }) => status)).toEqual(widths.map(() => 200));
    expect(bucket.reads).toEqual([keyOf(file)]);
  });

  describe('while the bucket does not answer', () => {
    const hang = () => {
      bucket.beforeRead = () => new Promise(() => {});
    };
    const reading = (number: number) =>
      eventually(async () => bucket.reading === number, `${number} objects are being read`);

    it('are fetched no longer once all clients are gone, and again for the next one', async () => {
      const files = [];
      for (let index = 0; index < 6; index += 1) {
        files.push(await storedIn(bucket, server, `gone-${index}.jpg`));
      }
      hang();
      const gone = new AbortController();
      const urls = files.map((file) => `/uploads/${keyOf(file)}?width=128`);
      const answers = urls.map((url) => get(server, url, { signal: gone.signal }));
      // Only four are fetched at a time.
      await reading(4);
      gone.abort();
      expect(await Promise.allSettled(answers)).toEqual(
        urls.map(() => expect.objectContaining({ status: 'rejected' }))
      );
      await reading(0);
      bucket.beforeRead = () => {};
      const again = await Promise.all(urls.map((url) => get(server, url)));
      expect(again.map(({ status }) => status)).toEqual(urls.map(() => 200));
      expect(server.output()).not.toMatch(/"gone_.*cannot be fetched/);
    });

    it('leave nothing of a fetch that ends in the middle of its bytes', async () => {
      const file = await storedIn(bucket, server, 'half.jpg');
      const url = `/uploads/${keyOf(file)}?width=128`;
      const unfinished = path.join(server.project.uploads, '.derived/.staging');
      const files = () =>
        existsSync(unfinished) ? readdirSync(unfinished, { recursive: true }) : [];
      const before = files();
      bucket.stopsHalfway = true;
      const gone = new AbortController();
      const leaves = get(server, url, { signal: gone.signal });
      await eventually(async () => files().length > before.length, 'bytes have come');
      gone.abort();
      await expect(leaves).rejects.toThrow();
      await reading(0);
      await eventually(async () => files().length === before.length, 'they are removed');
      bucket.stopsHalfway = false;
      expect((await get(server, url)).status).toBe(200);
    });

    it('are fetched on for a client who stays', async () => {
      const file = await storedIn(bucket, server, 'stays.jpg');
      let release = () => {};
      bucket.beforeRead = () => new Promise<void>((resolve) => (release = resolve));
      const gone = new AbortController();
      const url = `/uploads/${keyOf(file)}?width=128`;
      const leaves = get(server, url, { signal: gone.signal });
      await reading(1);
      const stays = get(server, `${url}&quality=60`);
      await pause(200);
      gone.abort();
      await expect(leaves).rejects.toThrow();
      await pause(200);
      expect(bucket.reading).toBe(1);
      release();
      expect((await stays).status).toBe(200);
      expect(bucket.reads).toEqual([keyOf(file)]);
    });

    it('are fetched no longer for another variant either, when there is no copy', async () => {
      const file = await storedIn(bucket, server, 'again.jpg');
      await get(server, `/uploads/${keyOf(file)}?width=128`);
      await copiesExpired(server);
      hang();
      const gone = new AbortController();
      const leaves = get(server, `/uploads/${keyOf(file)}?width=256`, { signal: gone.signal });
      await reading(1);
      gone.abort();
      await expect(leaves).rejects.toThrow();
      await reading(0);
    });
  });

  it('are transformed from their sizes, too', async () => {
    const file = await storedIn(bucket, server, 'sizes.jpg');
    const { small } = file.formats;
    const { status, bytes } = await get(server, `/uploads/${keyOf(small!)}?width=128`);
    expect(status).toBe(200);
    expect((await sharp(bytes).metadata()).width).toBe(128);
    expect(bucket.reads).toEqual([keyOf(small!)]);
  });

  it.each([
    ['no query', ''],
    ['a query without a variant', '?updatedAt=5'],
    ['the size that they have already', '?width=1600'],
  ])('are at their own URL for %s', async (_what, query) => {
    const file = await storedIn(bucket, server, 'own.jpg');
    const { status, headers } = await get(server, `/uploads/${keyOf(file)}${query}`);
    expect([status, headers.get('location')]).toEqual([302, file.url]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('are at their own URL if they are no images', async () => {
    const file = await storedIn(bucket, server, 'text.txt', Buffer.from('text'));
    const { status, headers } = await get(server, `/uploads/${keyOf(file)}?width=100`);
    expect([status, headers.get('location')]).toEqual([302, file.url]);
    expect(bucket.reads).toEqual([]);
  });

  it.each(['', '?width=100', '?width=100&format=auto'])(
    'that do not exist are a 404: %s',
    async (query) => {
      expect((await get(server, `/uploads/none_0123456789.jpg${query}`)).status).toBe(404);
    }
  );

  it('need no fetch for a hit, also after ten minutes', async () => {
    const file = await storedIn(bucket, server, 'hit.jpg');
    const url = `/uploads/${keyOf(file)}?width=256`;
    await get(server, url);
    await copiesExpired(server);
    const folder = path.join(server.project.uploads, '.derived', file.hash);
    expect(readdirSync(folder).filter((name) => name.startsWith('original'))).toEqual([]);
    expect((await get(server, url)).status).toBe(200);
    expect(bucket.reads).toEqual([keyOf(file)]);
    // Another size needs the original again.
    expect((await get(server, `/uploads/${keyOf(file)}?width=128`)).status).toBe(200);
    expect(bucket.reads).toEqual([keyOf(file), keyOf(file)]);
  });

  it('that are too large, or have too many pixels, are at their own URL', async () => {
    const set = (value: unknown) =>
      server.inside(
        (strapi, value) => void strapi.config.set('plugin::upload.transforms', value),
        value
      );
    const large = await storedIn(bucket, server, 'large.jpg');
    const many = await storedIn(bucket, server, 'many.jpg');
    try {
      await set({ maxBytes: 1000 });
      expect((await get(server, `/uploads/${keyOf(large)}?width=128`)).status).toBe(302);
      await set({ maxPixels: 1000 });
      expect((await get(server, `/uploads/${keyOf(many)}?width=128`)).status).toBe(302);
      // Neither is fetched again for a while.
      expect((await get(server, `/uploads/${keyOf(large)}?width=64`)).status).toBe(302);
      expect((await get(server, `/uploads/${keyOf(many)}?width=64`)).status).toBe(302);
      expect(bucket.reads.filter((name) => name === keyOf(large)).length).toBeLessThan(2);
      expect(bucket.reads.filter((name) => name === keyOf(many)).length).toBe(1);
    } finally {
      await set({});
    }
  });

  it('whose provider fails are at their own URL', async () => {
    const file = await storedIn(bucket, server, 'down.jpg');
    bucket.status = 500;
    const { status, headers } = await get(server, `/uploads/${keyOf(file)}?width=128&v=1`);
    expect([status, headers.get('cache-control')]).toEqual([302, 'no-store']);
    // The failure is remembered, so a broken provider is not asked by each request.
    await get(server, `/uploads/${keyOf(file)}?width=64`);
    expect(bucket.reads).toEqual([keyOf(file)]);
  });

  it('keep the variants that are made already when their provider fails', async () => {
    const file = await storedIn(bucket, server, 'outage.jpg');
    const made = `/uploads/${keyOf(file)}?width=256`;
    expect((await get(server, made)).status).toBe(200);
    await copiesExpired(server);
    bucket.status = 500;
    expect((await get(server, `/uploads/${keyOf(file)}?width=128`)).status).toBe(302);
    expect((await get(server, made)).status).toBe(200);
  });

  it('whose copy was removed while the variant was being read are made again, or are at their own URL', async () => {
    const file = await storedIn(bucket, server, 'lost.jpg');
    const url = `/uploads/${keyOf(file)}?width=256`;
    await get(server, url);
    const folder = path.join(server.project.uploads, '.derived', file.hash);
    for (const name of readdirSync(folder)) {
      writeFileSync(path.join(folder, name), 'damaged');
    }
    const { status, bytes } = await get(server, url);
    expect(status).toBe(200);
    expect((await sharp(bytes).metadata()).width).toBe(256);
  });

  it.each([
    '%00.jpg',
    'a%00b?width=5',
    '.git%2Fconfig',
    'a/b/c.jpg?width=5',
    `${'x'.repeat(300)}?width=5`,
  ])('that no name can be are a 404, and ask no database: %s', async (name) => {
    await server.inside((strapi) => {
      const store = globalThis as unknown as { queries: string[] };
      store.queries = [];
      strapi.db.connection.on('query', ({ sql }: { sql: string }) => void store.queries.push(sql));
    });
    expect((await get(server, `/uploads/${name}`)).status).toBe(404);
    const queries = await server.inside(
      () => (globalThis as unknown as { queries: string[] }).queries
    );
    expect(queries.filter((sql) => sql.includes('hash'))).toEqual([]);
  });

  it('whose URL is none are a 404', async () => {
    const file = await storedIn(bucket, server, 'nowhere.jpg');
    await server.inside(
      (strapi, id) =>
        strapi.db
          .query('plugin::upload.file')
          .update({ where: { id }, data: { url: '//cdn.example/a.jpg' } }),
      file.id
    );
    for (const query of ['', '?width=100']) {
      expect((await get(server, `/uploads/${keyOf(file)}${query}`)).status).toBe(404);
    }
  });

  it('show their new pixels after a replacement, and leave nothing of the old ones', async () => {
    const file = await storedIn(bucket, server, 'replaced.jpg');
    const url = (key: string) => `/uploads/${key}?width=256`;
    await get(server, url(keyOf(file)));
    const form = new FormData();
    const anew = await quarters(800, 800).negate().jpeg().toBuffer();
    form.append('files', new Blob([new Uint8Array(anew)], { type: 'image/jpeg' }), 'replaced.jpg');
    const answer = await fetch(`${server.url}/api/upload?id=${file.id}`, {
      method: 'POST',
      body: form,
    });
    const replaced = (await answer.json()) as StoredFile;
    const { bytes } = await get(server, url(keyOf(replaced)));
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 256, height: 256 });
    expectColours(await coloursOf(bytes), await coloursOf(anew));
    await tidied(server);
    const rows = (await rowsOf(server)).filter(({ file_id }) => file_id === file.id);
    expect(rows.map(({ state }) => state).sort()).toEqual(['made', 'original']);
  });

  it('that are replaced while they are fetched publish nothing old', async () => {
    const file = await storedIn(bucket, server, 'raced.jpg');
    bucket.beforeRead = () =>
      server.inside(
        (strapi, id) =>
          strapi.db.query('plugin::upload.file').update({
            where: { id },
            data: { size: 1, updatedAt: new Date(Date.now() + 5000) },
          }),
        file.id
      );
    const { status } = await get(server, `/uploads/${keyOf(file)}?width=256`);
    expect(status).toBe(302);
    const rows = (await rowsOf(server)).filter(({ file_id }) => file_id === file.id);
    expect(rows.filter(({ state }) => state !== 'removing')).toEqual([]);
  });

  it('leave no variants when they are deleted', async () => {
    const file = await storedIn(bucket, server, 'deleted.jpg');
    await get(server, `/uploads/${keyOf(file)}?width=256`);
    const folder = path.join(server.project.uploads, '.derived', file.hash);
    expect(existsSync(folder)).toBe(true);
    await fetch(`${server.url}/api/upload/files/${file.id}`, { method: 'DELETE' });
    await tidied(server);
    expect(existsSync(folder)).toBe(false);
    expect((await rowsOf(server)).filter(({ file_id }) => file_id === file.id)).toEqual([]);
    expect((await get(server, `/uploads/${keyOf(file)}?width=256`)).status).toBe(404);
  });

  it('stay within the budget of the cache', async () => {
    const set = (value: unknown) =>
      server.inside(
        (strapi, value) => void strapi.config.set('plugin::upload.transforms', value),
        value
      );
    const file = await storedIn(bucket, server, 'budget.jpg');
    await get(server, `/uploads/${keyOf(file)}?width=16`);
    const original = () =>
      rowsOf(server).then((rows) => rows.filter(({ state }) => state === 'original').length);
    expect(await original()).toBeGreaterThan(0);
    try {
      // A younger copy may be in use.
      await server.inside((strapi) =>
        strapi.db.getConnection('upload_variants').update({ used_at: Date.now() - 60_001 })
      );
      await set({ cache: { maxBytes: 10_000 } });
      await server.inside((strapi) => {
        strapi.get('strapi-upload.container').images.variants.budget.added(1_000_000);
      });
      await server.inside((strapi) =>
        strapi.get('strapi-upload.container').images.variants.budget.idle()
      );
      expect(await original()).toBe(0);
    } finally {
      await set({});
    }
  });
});

describe('files of a private provider', () => {
  let bucket: HttpBucket;
  let server: Server;
  let file: StoredFile;
  beforeAll(async () => {
    bucket = await HttpBucket.start(true);
    server = await startServer(bucket.project());
    await allowPublic(server, UPLOAD_ACTIONS);
    file = await storedIn(bucket, server, 'closed.jpg');
  });
  afterAll(async () => {
    await server.stop();
    await bucket.stop();
  });

  const signed = (options: object) =>
    server.inside(
      async (strapi, { id, options }) => {
        const found = await strapi.db.query('plugin::upload.file').findOne({ where: { id } });
        return strapi.plugin('upload').service('delivery').url(found, options) as string;
      },
      { id: file.id, options }
    );

  it.each([
    'width=320',
    'format=auto',
    'width=0',
    'fit=none',
    'key=none',
    'width=320&kid=none&sig=x',
    'width=320&sig=',
  ])('give no byte to an unsigned request: %s', async (query) => {
    for (const key of [keyOf(file), keyOf(file.formats.small!), 'none_0123456789.jpg']) {
      const { status, headers, bytes } = await get(server, `/uploads/${key}?${query}`);
      expect([status, headers.get('cache-control')]).toEqual([403, 'no-store']);
      expect(bytes.toString()).not.toContain(keyOf(file));
    }
    expect(bucket.reads).toEqual([]);
  });

  it.each(['', '?v=1'])(
    'are a 404 without a variant, whether they exist or not: %j',
    async (query) => {
      for (const key of [keyOf(file), 'none_0123456789.jpg']) {
        expect((await get(server, `/uploads/${key}${query}`)).status).toBe(404);
      }
    }
  );

  it('cannot be signed for longer than a week', async () => {
    await expect(signed({ width: 5, expires: 700_000 })).rejects.toThrow('"expires" is 700000');
  });

  it('give no byte if the provider does not tell whether they are private', async () => {
    await server.inside((strapi) => {
      const { provider } = strapi.plugin('upload');
      const kept = globalThis as unknown as { isPrivate: unknown };
      kept.isPrivate = provider.isPrivate;
      provider.isPrivate = async () => {
        throw new Error('no answer');
      };
    });
    try {
      expect((await get(server, `/uploads/${keyOf(file)}?width=64`)).status).toBe(403);
      expect((await get(server, `/uploads/${keyOf(file)}`)).status).toBe(404);
    } finally {
      await server.inside((strapi) => {
        const kept = globalThis as unknown as { isPrivate: () => boolean };
        strapi.plugin('upload').provider.isPrivate = kept.isPrivate;
      });
    }
  });

  it('are read with a signature, for a while, by this client only', async () => {
    const url = await signed({ width: 333 });
    const { status, headers, bytes } = await get(server, url);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
    expect((await sharp(bytes).metadata()).width).toBe(333);
    expect(existsSync(path.join(server.project.uploads, '.derived'))).toBe(false);
    const hidden = path.join(server.project.dir, '.private-uploads', '.derived', file.hash);
    expect(readdirSync(hidden).length).toBe(2);
    const others = url.replace('width=333', 'width=334');
    expect((await get(server, others)).status).toBe(403);
    expect((await get(server, url.replace(keyOf(file), keyOf(file.formats.small!)))).status).toBe(
      403
    );
  });

  it('are at a URL that the provider has signed if they are not transformed', async () => {
    for (const options of [{ width: 1600 }, {}]) {
      const { status, headers } = await get(server, await signed(options));
      expect([status, headers.get('cache-control')]).toEqual([302, 'no-store']);
      expect(headers.get('location')).toMatch(/\?signature=good%2F$/);
    }
  });
});
