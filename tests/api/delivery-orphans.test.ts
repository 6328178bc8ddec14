import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startPublicServer, storeFile } from '../support/api';
import { pluginsWith } from '../support/config';
import { quarters } from '../support/pixels';
import type { Server } from '../support/server';

interface StoredFile {
  id: number;
  url: string;
  hash: string;
}

let server: Server;
beforeAll(async () => {
  server = await startPublicServer({
    files: { 'config/plugins.js': pluginsWith({ allowPrivate: true }) },
  });
});
afterAll(() => server.stop());

const store = async (name: string): Promise<StoredFile> =>
  (await storeFile(server, name, await quarters(400, 300).jpeg().toBuffer())) as StoredFile;

const searched = () =>
  server.inside(async (strapi) => {
    const { variants } = strapi.get('strapi-upload.container').images;
    await variants.orphans.remove();
    await variants.budget.removeCondemned();
  });

const HOME = {
  open: () => server.project.uploads,
  closed: () => path.join(server.project.dir, '.private-uploads'),
};
const derived = (kind: keyof typeof HOME, ...names: string[]) =>
  path.join(HOME[kind](), '.derived', ...names);

/** Makes bytes that no row names. */
function leave(kind: keyof typeof HOME, hash: string, hours: number): string {
  const file = derived(kind, hash, 'left.webp');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'left');
  const then = new Date(Date.now() - hours * 3_600_000);
  utimesSync(file, then, then);
  return file;
}

it.each(['open', 'closed'] as const)(
  'bytes without a row go after an hour, and nothing else does: %s files',
  async (kind) => {
    const { url, hash } = await store(`${kind}.jpg`);
    await (await fetch(`${server.url}${url}?width=64`)).arrayBuffer();
    const [made] = readdirSync(derived('open', hash));
    const long = new Date(0);
    utimesSync(derived('open', hash, made!), long, long);
    const left = leave(kind, hash, 2);
    const ofNobody = leave(kind, 'nobody_0123456789', 2);
    const young = leave(kind, 'young_0123456789', 0);
    await searched();
    expect([left, ofNobody, young].map((file) => existsSync(file))).toEqual([false, false, true]);
    expect(readdirSync(derived('open', hash))).toEqual([made]);
  }
);

it('variants of a file that a query past the plugin has deleted go', async () => {
  const gone = await store('gone.jpg');
  const stays = await store('stays.jpg');
  for (const { url } of [gone, stays]) {
    await (await fetch(`${server.url}${url}?width=64`)).arrayBuffer();
  }
  await server.inside(
    (strapi, id) => strapi.db.getConnection('files').where({ id }).delete(),
    gone.id
  );
  await searched();
  expect([gone, stays].map(({ hash }) => existsSync(derived('open', hash)))).toEqual([false, true]);
  const left = (await server.inside(async (strapi) =>
    strapi.db.getConnection('upload_variants').select('file_id')
  )) as Array<{ file_id: number }>;
  expect(left.map(({ file_id }) => file_id)).not.toContain(gone.id);
  expect(left.map(({ file_id }) => file_id)).toContain(stays.id);
});
