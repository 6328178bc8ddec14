import request from 'supertest';
import { logIn, superAdmin, type AdminClient } from '../support/admin';
import { pluginsWith } from '../support/config';
import { linkedNames } from '../support/entries';
import { expectNothingLeftOver, fileRows } from '../support/consistency';
import { createFolder, expectSoundTree } from '../support/folders';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { switchToBuiltin, switchToOurs } from '../support/project';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { stateOf } from '../support/state';
import { fillLibrary, type AnsweredFile, type FilledLibrary } from './filled-library';
import { onEveryDatabase } from '../support/databases';
import { look, type Look } from './look';
import { createSite, type Site } from '../support/site';

const READ = ['api::restaurant.restaurant', 'api::article.article'].map((uid) => `${uid}.find`);

/**
 * The configuration keeps these settings also with the built-in plugin, although only this plugin knows some of them.
 */
const CONFIG = pluginsWith({
  sizeLimit: 5_000_000,
  durability: 'strict',
  batch: 'all',
  replace: { url: 'stable' },
  recovery: { lease: 60_000 },
});

/** Switches one project from the built-in plugin to this plugin, back, and to this plugin again, step by step. */
onEveryDatabase((kind) => {
  let site: Site;
  let server: Server;
  let admin: AdminClient;
  let library: FilledLibrary;
  let before: Look;
  /** Ids of files that this plugin stored and that the built-in deleted. */
  const forgotten: number[] = [];

  const restart = async (change: (dir: string) => Promise<void>) => {
    await server.stop();
    await change(site.project.dir);
    server = await site.start();
    admin = await logIn(server);
  };
  const send = (content: Buffer, name: string) =>
    request(server.url).post('/api/upload').attach('files', content, name).expect(201);
  const change = (id: number) => request(server.url).post(`/api/upload?id=${id}`);
  const remove = (id: number) => request(server.url).delete(`/api/upload/files/${id}`);

  /** Changes files that the other plugin stored, and stores new files. */
  const work = async ({ photo, drawing, list }: FilledLibrary['files'], title: string) => {
    await change(photo.id)
      .attach('files', await samples.png(), 'other.png')
      .expect(200);
    await change(drawing.id)
      .field('fileInfo', JSON.stringify({ name: `${title}.png`, caption: title }))
      .expect(200);
    await remove(list.id).expect(200);
    const inside = await createFolder(admin, title, library.folders.menus.id);
    await admin
      .post('/upload/actions/bulk-move')
      .send({
        fileIds: [drawing.id],
        folderIds: [inside.id],
        destinationFolderId: library.folders.summer.id,
      })
      .expect(200);
    const names = ['photo.jpg', 'drawing.png', 'list.csv'] as const;
    const contents = [await samples.jpeg(), await samples.png(), samples.csv()] as const;
    const made = [];
    for (const [index, name] of names.entries()) {
      made.push((await send(contents[index]!, name)).body[0] as AnsweredFile);
    }
    const [newPhoto, newDrawing, newList] = made as [AnsweredFile, AnsweredFile, AnsweredFile];
    return { ...library.files, photo: newPhoto, drawing: newDrawing, list: newList };
  };

  beforeAll(async () => {
    site = await createSite(kind, { builtin: true, files: { 'config/plugins.js': CONFIG } });
    server = await site.start();
    admin = await superAdmin(server);
    await allowPublic(server, [...UPLOAD_ACTIONS, ...READ]);
    library = await fillLibrary(server, admin);
    before = await look(server, admin);
  });
  afterAll(() => site.remove());

  it('what the built-in has stored is the same under ours', async () => {
    await restart(switchToOurs);

    expect(server.output()).not.toMatch(/error|warn/i);
    expect(await look(server, admin)).toEqual(before);
  });

  it('ours replaces, changes, moves and deletes it, and leaves nothing behind', async () => {
    library.files = await work(library.files, 'By ours');

    await expectNothingLeftOver(server);
    await expectSoundTree(server);
    expect(
      await linkedNames(server, 'api::restaurant.restaurant', library.restaurant.draft, 'cover')
    ).toEqual(['other.png']);
  });

  it('what ours has stored is the same under the built-in', async () => {
    const underOurs = await look(server, admin);
    await restart(switchToBuiltin);

    expect(await look(server, admin)).toEqual(underOurs);
    // This plugin adds no column to the table `files`.
    expect(underOurs.tables.files!.columns).toEqual(before.tables.files!.columns);
  });

  it('the built-in replaces, changes, moves and deletes it', async () => {
    const ledger = await ledgerOf(server);
    forgotten.push(library.files.list.id);
    library.files = await work(library.files, 'By the built-in');

    // Strapi's body parser removes its temporary files only after the answer.
    await eventually(
      async () => (await stateOf(server)).temp.length === 0,
      'the temporary files are removed'
    );
    await expectNothingLeftOver(server);
    await expectSoundTree(server);
    // The built-in does not know the ledger, but leaves its table unchanged.
    expect(await ledgerOf(server)).toEqual(ledger);
  });

  it('and all is the same once more under ours, which goes on with it', async () => {
    const underBuiltin = await look(server, admin);
    await restart(switchToOurs);
    expect(await look(server, admin)).toEqual(underBuiltin);

    library.files = await work(library.files, 'By ours again');
    await expectNothingLeftOver(server);
    await expectSoundTree(server);
    for (const { id } of await fileRows(server)) {
      await remove(id).expect(200);
    }
    await expectNothingLeftOver(server);
    // The ledger still has the rows of files that were deleted under the built-in.
    expect((await ledgerOf(server)).map(({ fileId }) => fileId)).toEqual(forgotten);
  });
});
