import { readdirSync, truncateSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { storeFile } from '../support/api';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});

const photo = () => quarters(1600, 1200).jpeg({ quality: 95 }).toBuffer();
const AVIF = { accept: 'image/avif,image/webp' };

const get = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(server.url + url, { headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes };
};

const setTransforms = (value: unknown) =>
  server.inside((strapi, value) => {
    strapi.config.set('plugin::upload.transforms', value);
  }, value);

const budgetTidied = () =>
  server.inside((strapi) => strapi.get('strapi-upload.container').images.variants.budget.tidy());

const rows = () =>
  server.inside(async (strapi) =>
    strapi.db.getConnection('upload_variants').select('*').orderBy('id')
  );

/** Names of the variants on the disk. */
const variantsOf = ({ url }: { url: string }): string[] => {
  const { name } = path.parse(url);
  return readdirSync(path.join(server.project.uploads, '.derived', name)).sort();
};

describe('AVIF', () => {
  it('is made while nobody waits, after it was asked for twice with format=auto', async () => {
    const { url } = await storeFile(server, 'slow.jpg', await photo());
    const wanted = `${url}?width=128&format=auto&v=1`;
    for (let time = 0; time < 2; time += 1) {
      const { headers } = await get(wanted, AVIF);
      expect(headers.get('content-type')).toBe('image/webp');
      expect(headers.get('cache-control')).toBe('public, max-age=60');
      expect(headers.get('vary')).toContain('Accept');
    }
    await eventually(
      async () => (await get(wanted, AVIF)).headers.get('content-type') === 'image/avif',
      'the AVIF is made'
    );
    const { headers } = await get(wanted, AVIF);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('that is asked for by name is made at once', async () => {
    const { url } = await storeFile(server, 'named.jpg', await photo());
    const { headers } = await get(`${url}?width=128&format=avif`);
    expect(headers.get('content-type')).toBe('image/avif');
  });

  it('transforms.negotiate: false means WebP for everybody', async () => {
    const { url } = await storeFile(server, 'webp.jpg', await photo());
    await setTransforms({ negotiate: false });
    const { headers } = await get(`${url}?width=128&format=auto`);
    expect(headers.get('content-type')).toBe('image/webp');
    expect(headers.get('vary') ?? '').not.toContain('Accept');
    await setTransforms({});
  });
});

describe('the cache', () => {
  it('makes a variant again that a power cut has damaged, or that is missing', async () => {
    const file = await storeFile(server, 'damaged.jpg', await photo());
    const { bytes } = await get(`${file.url}?width=128`);
    const [name = ''] = variantsOf(file);
    const place = path.join(server.project.uploads, '.derived', path.parse(file.url).name, name);
    truncateSync(place, 10);
    // What this process knows of the variant is forgotten at its next start.
    await server.inside((strapi) => {
      const { variants } = strapi.get('strapi-upload.container').images.variants.delivery.deps;
      variants.known.clear();
    });
    expect((await get(`${file.url}?width=128`)).bytes).toEqual(bytes);
  });

  it('keeps within its budget: the least recently used go', async () => {
    // Records the uses that other test files have left in the memory of the server. Their rows had the same ids.
    await budgetTidied();
    const file = await storeFile(server, 'many.jpg', await photo());
    const of = async () =>
      (await rows()).filter(({ file_id }: { file_id: number }) => file_id === file.id);
    await get(`${file.url}?width=640`);
    const [first] = await of();
    await get(`${file.url}?width=750`);
    await get(`${file.url}?width=828`);
    const before = await of();
    expect(before).toHaveLength(3);
    const total = before.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0);
    await setTransforms({ cache: { maxBytes: total - 1 } });
    await budgetTidied();
    const left = await of();
    expect(left.map(({ id }: { id: number }) => id)).not.toContain(first.id);
    expect(variantsOf(file)).toHaveLength(left.length);
    await setTransforms({});
    const again = await get(`${file.url}?width=640`);
    expect((await sharp(again.bytes).metadata()).width).toBe(640);
  });

  it('removes variants that were not used for transforms.cache.maxAge', async () => {
    const file = await storeFile(server, 'old.jpg', await photo());
    await get(`${file.url}?width=640`);
    await server.inside(async (strapi) =>
      strapi.db.getConnection('upload_variants').update({ used_at: Date.now() - 100_000 })
    );
    await setTransforms({ cache: { maxAge: 50 } });
    await budgetTidied();
    expect(await rows()).toEqual([]);
    await setTransforms({});
  });

  it('answers also where no variant can be stored', async () => {
    const file = await storeFile(server, 'full.jpg', await photo());
    await setTransforms({ cache: { maxBytes: 1 } });
    const { status, bytes, headers } = await get(`${file.url}?width=128`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect((await sharp(bytes).metadata()).width).toBe(128);
    await setTransforms({});
  });
});

describe('when no image can be made now', () => {
  const refuseWork = () =>
    server.inside((strapi) => {
      strapi.config.set('plugin::upload.images', { memoryBudget: 1_000_000 });
    });

  it('the nearest larger size goes out, which no cache keeps', async () => {
    const file = await storeFile(server, 'busy.jpg', await photo());
    await refuseWork();
    const { status, headers, bytes } = await get(`${file.url}?width=640&v=1`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect((await sharp(bytes).metadata()).width).toBe(750);
    const large = await get(`${file.url}?width=1200`);
    expect((await sharp(large.bytes).metadata()).width).toBe(1600);
  });
});
