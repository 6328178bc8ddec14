import request from 'supertest';
import { superAdmin, type AdminClient } from '../support/admin';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';
import { stateOf } from '../support/state';

const TOOLS = [
  'media_create_folder',
  'media_delete_assets',
  'media_delete_folder',
  'media_get_asset',
  'media_list_assets',
  'media_list_folders',
  'media_move_assets',
  'media_move_folder',
  'media_rename_folder',
  'media_update_asset',
];

const PROJECT = {
  files: {
    'config/server.js': `module.exports = ({ env }) => ({
      host: env('HOST'), port: env.int('PORT'), app: { keys: ['test-only'] },
      mcp: { enabled: true },
    });`,
  },
};

interface Answer {
  isError?: boolean;
  content: Array<{ text: string }>;
  structuredContent: Record<string, unknown> & { data: Record<string, unknown> };
}

let server: Server;
let admin: AdminClient;

beforeAll(async () => {
  server = await startServer(PROJECT);
  admin = await superAdmin(server);
});
afterAll(() => server.stop());

/** Makes an administrator's token with these permissions. */
async function tokenFor(name: string, actions: string[]): Promise<string> {
  const adminPermissions = actions.map((action) => ({
    action,
    subject: null,
    properties: {},
    conditions: [],
  }));
  const { body } = await admin
    .post('/admin/admin-tokens')
    .send({ name, description: '', lifespan: null, adminPermissions })
    .expect(201);
  return body.data.accessKey;
}

/** Sends one JSON-RPC request as an MCP client does, and reads its answer. */
async function send(token: string, method: string, params: object) {
  const response = await request(server.url)
    .post('/mcp')
    .set('Authorization', `Bearer ${token}`)
    .set('Accept', 'application/json, text/event-stream')
    .set('MCP-Protocol-Version', '2025-06-18')
    .send({ jsonrpc: '2.0', id: 1, method, params });
  const data = /^data: (.*)$/m.exec(response.text)?.[1] ?? response.text;
  return JSON.parse(data) as {
    result?: Answer & { tools: Array<{ name: string }> };
    error?: object;
  };
}

const listed = async (token: string): Promise<string[]> => {
  const { result } = await send(token, 'tools/list', {});
  return result!.tools.map(({ name }) => name).filter((name) => name.startsWith('media_'));
};

const callWith = async (token: string, name: string, args: object): Promise<Answer> => {
  const { result, error } = await send(token, 'tools/call', { name, arguments: args });
  return result ?? { isError: true, content: [{ text: JSON.stringify(error) }], ...noContent };
};
const noContent = { structuredContent: { data: {} } };

describe('the MCP tools of the Media Library', () => {
  let token: string;
  let folder: number;
  let below: number;
  let assets: number[];

  const call = async (name: string, args: object = {}) => {
    const answer = await callWith(token, name, args);
    if (answer.isError) {
      throw new Error(`${name}: ${answer.content[0]?.text}`);
    }
    return answer.structuredContent;
  };

  beforeAll(async () => {
    token = await tokenFor('librarian', [
      'plugin::upload.read',
      'plugin::upload.assets.create',
      'plugin::upload.assets.update',
    ]);
    const jpeg = await samples.jpeg({ width: 400, height: 300 });
    const { body } = await admin
      .post('/upload')
      .attach('files', jpeg, 'a.jpg')
      .attach('files', samples.csv(), 'b.csv')
      .expect(201);
    assets = body.map(({ id }: { id: number }) => id);
  });

  it('are all there', async () => {
    expect((await listed(token)).sort()).toEqual(TOOLS);
  });

  it('make folders and list them as a tree', async () => {
    const { data } = await call('media_create_folder', { name: 'Menus' });
    folder = data.id as number;
    below = (await call('media_create_folder', { name: 'Old', parent: folder })).data.id as number;
    const tree = await call('media_list_folders');
    expect(tree.data).toEqual([
      { id: folder, name: 'Menus', children: [{ id: below, name: 'Old', children: [] }] },
    ]);
  });

  it('rename and move folders', async () => {
    const renamed = await call('media_rename_folder', { id: below, name: 'Older' });
    expect(renamed.data).toMatchObject({ id: below, name: 'Older' });
    const moved = await call('media_move_folder', { id: below, parent: null });
    expect(moved.data).toMatchObject({ id: below, parent: null });
    await call('media_move_folder', { id: below, parent: folder });
    const { body } = await admin.get('/upload/folder-structure').expect(200);
    expect(body.data).toMatchObject([{ name: 'Menus', children: [{ name: 'Older' }] }]);
  });

  it('list assets, and get one, with nothing private', async () => {
    const list = await call('media_list_assets', { mime: 'image' });
    expect(list).toMatchObject({ results: [{ id: assets[0] }], pagination: { total: 1 } });
    const { data } = await call('media_get_asset', { id: assets[0] });
    expect(Object.keys(data).sort()).toEqual(
      (
        'alternativeText caption createdAt ext folder height id mime name size ' +
        'updatedAt url width'
      ).split(' ')
    );
    expect(data).toMatchObject({ name: 'a.jpg', width: 400, url: expect.stringMatching(/^\/up/) });
  });

  it('change what is said about an asset', async () => {
    const { data } = await call('media_update_asset', { id: assets[0], caption: 'The sea' });
    expect(data).toMatchObject({ id: assets[0], caption: 'The sea', name: 'a.jpg' });
    const row = await server.inside(
      (strapi, id) =>
        strapi.db.query('plugin::upload.file').findOne({ where: { id }, populate: ['updatedBy'] }),
      assets[0]
    );
    expect(row).toMatchObject({ caption: 'The sea', updatedBy: { firstname: 'Ed' } });
  });

  it('move assets and tell which of them could not be moved', async () => {
    const moved = await call('media_move_assets', { ids: [assets[0], 9999], folder: below });
    expect(moved).toMatchObject({
      moved: [{ id: assets[0], folder: { id: below } }],
      failed: [{ id: 9999 }],
    });
    const place = await server.inside(
      (strapi, id) => strapi.db.query('plugin::upload.file').findOne({ where: { id } }),
      assets[0]
    );
    const { path } = await server.inside(
      (strapi, id) => strapi.db.query('plugin::upload.folder').findOne({ where: { id } }),
      below
    );
    expect(place.folderPath).toBe(path);
  });

  it('delete assets when told so, and nothing without', async () => {
    const before = await stateOf(server);
    const tried = await call('media_delete_assets', { ids: [assets[1]] });
    expect(tried).toMatchObject({ dryRun: true, deleted: [{ id: assets[1] }], totalFileNumber: 1 });
    expect(await stateOf(server)).toEqual(before);
    const done = await call('media_delete_assets', { ids: [assets[1], 9999], dryRun: false });
    expect(done).toMatchObject({ dryRun: false, deleted: [{ id: assets[1] }], failed: [{}] });
    expect((await stateOf(server)).uploads).toHaveLength(before.uploads.length - 1);
  });

  it('delete folders with all in them when told so, and nothing without', async () => {
    const before = await stateOf(server);
    const tried = await call('media_delete_folder', { ids: [folder] });
    expect(tried).toMatchObject({ dryRun: true, totalFolderNumber: 2, totalFileNumber: 1 });
    expect(await stateOf(server)).toEqual(before);
    const done = await call('media_delete_folder', { ids: [folder], dryRun: false });
    expect(done).toMatchObject({ dryRun: false, totalFolderNumber: 2, totalFileNumber: 1 });
    expect(await stateOf(server)).toMatchObject({ uploads: [], rows: { files: 0, folders: 0 } });
  });

  it('tell in a sentence what cannot be done', async () => {
    await call('media_create_folder', { name: 'Twice' });
    const again = await callWith(token, 'media_create_folder', { name: 'Twice' });
    expect(again.isError).toBe(true);
    expect(again.content[0]!.text).toMatch(/already/i);
  });
});

describe('a token', () => {
  it('that may only read is offered what reads, and refused the rest', async () => {
    const reader = await tokenFor('reader', ['plugin::upload.read']);
    expect((await listed(reader)).sort()).toEqual([
      'media_get_asset',
      'media_list_assets',
      'media_list_folders',
    ]);
    expect((await callWith(reader, 'media_create_folder', { name: 'X' })).isError).toBe(true);
    expect((await callWith(reader, 'media_list_assets', {})).isError).toBeFalsy();
  });

  it('that may do nothing here is offered nothing', async () => {
    const stranger = await tokenFor('stranger', []);
    expect(await listed(stranger)).toEqual([]);
    expect((await callWith(stranger, 'media_list_assets', {})).isError).toBe(true);
  });

  it('is needed', async () => {
    const { error, result } = await send('0'.repeat(256), 'tools/list', {});
    expect(result).toBeUndefined();
    expect(error).toMatchObject({ message: expect.stringMatching(/authentication/i) });
  });
});
