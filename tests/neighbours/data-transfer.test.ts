import path from 'node:path';
import request from 'supertest';
import { superAdmin } from '../support/admin';
import { storeAsset } from '../support/api';
import { pluginsWith } from '../support/config';
import { createRestaurant } from '../support/entries';
import { ledgerOf } from '../support/ledger';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from '../support/permissions';
import { privateNames } from '../support/private-files';
import { createProject, type Project } from '../support/project';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { runStrapi } from './cli';

const RESTAURANT = 'api::restaurant.restaurant';

/** The content of a library: the rows of its tables, and the bytes behind each URL. */
interface LibraryContent {
  files: Array<Record<string, unknown>>;
  folders: Array<Record<string, unknown>>;
  links: Record<string, unknown>;
  bytes: Record<string, string>;
}

type Side = 'ours' | 'builtin';

const projectOf = (side: Side, files: Record<string, string> = {}): Promise<Project> =>
  createProject({ builtin: side === 'builtin', files });

async function withServer<T>(project: Project, work: (server: Server) => Promise<T>): Promise<T> {
  const server = await startServer({ project });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** Makes a folder inside another, an image with sizes, files of other kinds, and links to an entry. */
async function fill(server: Server): Promise<void> {
  const admin = await superAdmin(server);
  const folder = async (name: string, parent: number | null) =>
    (await admin.post('/upload/folders').send({ name, parent }).expect(201)).body.data.id;
  const inner = await folder('Inner', await folder('Outer', null));
  const upload = async (name: string, bytes: Buffer): Promise<number> => {
    const info = { name, caption: `The ${name}`, alternativeText: name, folder: inner };
    return (await storeAsset(admin, name, bytes, info)).id;
  };
  const cover = await upload('sea.jpg', await samples.jpeg());
  const menu = await upload('menu.pdf', samples.pdf());
  const { documentId } = await createRestaurant(server);
  await server.inside(
    async (strapi, uid, documentId, cover, menu) => {
      const documents = strapi.documents(uid as 'plugin::upload.file');
      await documents.update({ documentId, data: { cover, covers: [menu, cover] } as object });
      await documents.publish({ documentId });
    },
    RESTAURANT,
    documentId,
    cover,
    menu
  );
}

/** Reads the content of a library, without values that differ between databases. */
async function contentOf(server: Server): Promise<LibraryContent> {
  const content = await server.inside(async (strapi, uid) => {
    const files = await strapi.db
      .query('plugin::upload.file')
      .findMany({ populate: { folder: true }, orderBy: 'name' });
    const folders = await strapi.db
      .query('plugin::upload.folder')
      .findMany({ populate: { parent: true }, orderBy: 'name' });
    const entries = await strapi.db
      .query(uid)
      .findMany({ populate: ['cover', 'covers'], orderBy: { publishedAt: 'asc' } });
    const named = (file: { name: string } | null) => file?.name ?? null;
    return {
      files: files.map(({ id: _id, folder, createdAt: _c, updatedAt: _u, ...file }) => ({
        ...file,
        folder: named(folder),
      })),
      folders: folders.map(({ name, path, pathId, parent }) => ({
        ...{ name, path, pathId },
        parent: named(parent),
      })),
      links: entries.map(({ name, publishedAt, cover, covers }) => ({
        ...{ name, published: publishedAt !== null },
        cover: named(cover),
        covers: covers.map(named),
      })),
    };
  }, RESTAURANT);
  const bytes: Record<string, string> = {};
  for (const { url, formats } of content.files) {
    for (const address of [
      url,
      ...Object.values(formats ?? {}).map((format) => (format as { url: string }).url),
    ]) {
      const response = await fetch(server.url + address);
      bytes[address] =
        `${response.status} ${Buffer.from(await response.arrayBuffer()).toString('base64')}`;
    }
  }
  return { ...content, bytes } as unknown as LibraryContent;
}

async function asPublic(server: Server) {
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
  return request(server.url);
}

/**
 * Exports one project and imports it into another.
 *
 * @returns the output of the export
 */
async function transfer(from: Project, to: Project): Promise<string> {
  const archive = path.join(from.dir, 'export');
  const said = await runStrapi(from, 'export', '--no-encrypt', '--no-compress', '--file', archive);
  await runStrapi(to, 'import', '--force', '--file', `${archive}.tar`);
  return said;
}

describe.each<[Side, Side]>([
  ['ours', 'ours'],
  ['ours', 'builtin'],
  ['builtin', 'ours'],
])('strapi export and import from %s to %s', (source, target) => {
  let from: Project;
  let to: Project;
  let before: LibraryContent;

  beforeAll(async () => {
    from = await projectOf(source);
    to = await projectOf(target);
    before = await withServer(from, async (server) => {
      await fill(server);
      return contentOf(server);
    });
    // This file is in the library before the import. The import must remove it.
    await withServer(to, async (server) => {
      const form = (await asPublic(server)).post('/api/upload');
      await form.attach('files', samples.csv(), 'old.csv').expect(201);
    });
    await transfer(from, to);
  });
  afterAll(async () => {
    await from.remove();
    await to.remove();
  });

  it('brings files, formats, folders and links, with the same bytes', async () => {
    const after = await withServer(to, contentOf);
    expect(Object.keys(before.bytes)).toHaveLength(6);
    expect(Object.values(before.bytes).filter((answer) => !answer.startsWith('200'))).toEqual([]);
    expect(after.files).toEqual(before.files);
    expect(after.folders).toEqual(before.folders);
    expect(after.links).toEqual(before.links);
    expect(Object.keys(after.bytes)).toEqual(Object.keys(before.bytes));
    const changed = Object.keys(before.bytes).filter(
      (url) => after.bytes[url] !== before.bytes[url]
    );
    expect(changed).toEqual([]);
  });

  it('leaves files that can be changed, replaced and deleted', async () => {
    await withServer(to, async (server) => {
      const api = await asPublic(server);
      const { body } = await api.get('/api/upload/files').expect(200);
      expect(body).toHaveLength(before.files.length);
      const change = api.post(`/api/upload?id=${body[0].id}`);
      await change.attach('files', samples.csv(), 'new.csv').expect(200);
      for (const { id } of body) {
        await api.delete(`/api/upload/files/${id}`).expect(200);
      }
      expect(await server.uploaded()).toEqual([]);
    });
  });
});

describe('strapi import over a library', () => {
  it('leaves no ledger rows of the files that were there, and removes no object after it', async () => {
    const config = pluginsWith({ delete: { objectsOfDeletedRows: true } });
    const project = await projectOf('ours', { 'config/plugins.js': config });
    const storedIds = async (server: Server) =>
      (await ledgerOf(server)).flatMap(({ state, fileId }) => (state === 'stored' ? fileId : []));
    try {
      const before = await withServer(project, async (server) => {
        await fill(server);
        return { ids: await storedIds(server), bytes: (await contentOf(server)).bytes };
      });
      expect(before.ids).toHaveLength(2);
      await transfer(project, project);
      await withServer(project, async (server) => {
        const { body } = await (await asPublic(server)).get('/api/upload/files').expect(200);
        const ids = body.map(({ id }: { id: number }) => id);
        expect(ids).toHaveLength(2);
        expect((await storedIds(server)).filter((id) => !ids.includes(id))).toEqual([]);
        expect((await contentOf(server)).bytes).toEqual(before.bytes);
      });
    } finally {
      await project.remove();
    }
  });
});

describe('strapi export and import of private files', () => {
  it('leaves them out and says so, and deletes those that were there', async () => {
    const config = { 'config/plugins.js': pluginsWith({ allowPrivate: true }) };
    const [from, to] = await Promise.all([1, 2].map(() => createProject({ files: config })));
    const store = (project: Project, name: string, isPrivate: boolean) =>
      withServer(project, async (server) => {
        const form = (await asPublic(server))
          .post('/api/upload')
          .attach('files', samples.csv(), name);
        await form.field('fileInfo', JSON.stringify({ private: isPrivate })).expect(201);
      });
    try {
      await store(from!, 'open.csv', false);
      await store(from!, 'closed.csv', true);
      await store(to!, 'old.csv', true);
      const said = await transfer(from!, to!);
      expect(said).toMatch(/no corresponding file was found.*private/);
      await withServer(to!, async (server) => {
        const { body } = await request(server.url).get('/api/upload/files?sort=name').expect(200);
        const found = body.map(async ({ name, url }: { name: string; url: string }) => [
          name,
          (await fetch(server.url + url)).status,
        ]);
        expect(await Promise.all(found)).toEqual([
          ['closed.csv', 404],
          ['open.csv', 200],
        ]);
        expect(await privateNames(server)).toEqual([]);
      });
    } finally {
      await Promise.all([from!.remove(), to!.remove()]);
    }
  });
});
