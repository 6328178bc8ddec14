import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { storeFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { onEveryDatabase } from '../support/databases';
import { HttpBucket } from '../support/http-bucket';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';
import { createSite, type Site } from '../support/site';

/** A file of another provider. */
interface Keyed {
  id: number;
  hash: string;
  ext: string;
}

const at = ({ hash, ext }: Keyed, width: number) => `/uploads/${hash}${ext}?width=${width}`;

const WIDTHS = [64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200];

const widthAt = async (server: Server, url: string): Promise<number> => {
  const answer = await fetch(server.url + url);
  expect(answer.status).toBe(200);
  const { width } = await sharp(await answer.arrayBuffer()).metadata();
  return width;
};

const rows = (server: Server) =>
  server.inside(async (strapi) =>
    (await strapi.db.getConnection('upload_variants').select('*')).map((row: object) => ({
      ...row,
    }))
  );

/** Files below the folder of variants, without those that are unfinished. */
const onDisk = async ({ project }: Site): Promise<string[]> => {
  const folder = path.join(project.uploads, '.derived');
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return names.filter((entry) => entry.isFile()).map(({ name }) => name);
};

onEveryDatabase((kind) => {
  let site: Site;
  beforeEach(async () => {
    const recovery = { lease: 1000, interval: 1000 };
    site = await createSite(kind, { files: { 'config/plugins.js': pluginsWith({ recovery }) } });
  });
  afterEach(() => site.remove());

  const store = async (server: Server) =>
    storeFile(server, 'a.jpg', await quarters(1600, 1200).jpeg().toBuffer());

  describe('files of another provider', () => {
    let bucket: HttpBucket;
    let far: Site;
    beforeEach(async () => {
      bucket = await HttpBucket.start();
      const recovery = { lease: 1000, interval: 1000 };
      far = await createSite(kind, bucket.project({ recovery }));
    });
    afterEach(async () => {
      await far.remove();
      await bucket.stop();
    });

    it('are fetched at most once by each of two instances, and leave nothing', async () => {
      const servers = [await far.start(), await far.start()] as const;
      await allowPublic(servers[0], UPLOAD_ACTIONS);
      const file = (await store(servers[0])) as Keyed;
      bucket.reads.length = 0;
      const widths = await Promise.all(
        WIDTHS.flatMap((width) => servers.map((server) => widthAt(server, at(file, width))))
      );
      expect(widths).toEqual(WIDTHS.flatMap((width) => [width, width]));
      expect([1, 2]).toContain(bucket.reads.length);
      expect(await rows(servers[0])).toHaveLength(WIDTHS.length + 1);
      await fetch(`${servers[1].url}/api/upload/files/${file.id}`, { method: 'DELETE' });
      await eventually(async () => (await rows(servers[0])).length === 0, 'the rows are removed');
      expect(await onDisk(far)).toEqual([]);
    });

    it('what one was killed in is fetched again', async () => {
      const survivor = await far.start();
      await allowPublic(survivor, UPLOAD_ACTIONS);
      const file = (await store(survivor)) as Keyed;
      const doomed = await far.start();
      let isFetching = false;
      bucket.beforeRead = () => {
        isFetching = true;
        return new Promise((resolve) => setTimeout(resolve, 3000));
      };
      const asked = fetch(`${doomed.url}${at(file, 640)}`).catch(() => null);
      await eventually(async () => isFetching, 'the original is being fetched');
      await doomed.kill();
      await asked;
      bucket.beforeRead = () => {};
      expect(await widthAt(survivor, at(file, 640))).toBe(640);
      expect(await rows(survivor)).toHaveLength(2);
      // An instance that starts now finds the header in the database, and the copy on the disk.
      const late = await far.start();
      bucket.reads.length = 0;
      expect(await widthAt(late, at(file, 640))).toBe(640);
      expect(await widthAt(late, at(file, 128))).toBe(128);
      expect(bucket.reads).toEqual([]);
    });
  });

  it('two instances may make the same variant, and both answer right', async () => {
    const servers = [await site.start(), await site.start()] as const;
    await allowPublic(servers[0], UPLOAD_ACTIONS);
    const { url } = await store(servers[0]);
    const widths = await Promise.all(
      WIDTHS.flatMap((width) => servers.map((server) => widthAt(server, `${url}?width=${width}`)))
    );
    expect(widths).toEqual(WIDTHS.flatMap((width) => [width, width]));
    expect(await rows(servers[0])).toHaveLength(WIDTHS.length);
    expect(await onDisk(site)).toHaveLength(WIDTHS.length);
  });

  it('what one was killed in is made again, and goes with its file', async () => {
    const survivor = await site.start();
    await allowPublic(survivor, UPLOAD_ACTIONS);
    const file = await store(survivor);
    for (let round = 0; round < 3; round += 1) {
      const doomed = await site.start();
      const asked = WIDTHS.map((width) =>
        fetch(`${doomed.url}${file.url}?width=${width}&quality=${[60, 75, 90][round]}`).catch(
          () => null
        )
      );
      await eventually(async () => (await rows(survivor)).length > round * 3, 'variants are made');
      await doomed.kill();
      await Promise.all(asked);
    }
    for (const width of WIDTHS) {
      expect(await widthAt(survivor, `${file.url}?width=${width}&quality=60`)).toBe(width);
    }
    const { status } = await fetch(`${survivor.url}/api/upload/files/${file.id}`, {
      method: 'DELETE',
    });
    expect(status).toBe(200);
    await eventually(
      async () => (await rows(survivor)).length + (await onDisk(site)).length === 0,
      'nothing is left of the variants'
    );
  });
});
