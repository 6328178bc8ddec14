import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { docstringExamples, runnable, type Answer } from '../support/docstring-examples';
import { createRestaurant, linkedNames } from '../support/entries';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

let server: Server;

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());

/** Tests the services. Other plugins and projects call them inside the server's process, with files on the disk. */
describe('strapi.plugin("upload").service("upload")', () => {
  it('uploads files from the disk, links them, records the user, and leaves the sources', async () => {
    const { published } = await createRestaurant(server);
    const { created, sourceStays } = await server.inside(async (strapi, refId) => {
      const fs = process.getBuiltinModule('node:fs');
      const os = process.getBuiltinModule('node:os');
      const source = `${os.tmpdir()}/disk.txt`;
      fs.writeFileSync(source, 'from disk');
      const admin = await strapi.db.query('admin::user').create({ data: { email: 'a@b.c' } });
      const file = {
        filepath: source,
        originalFilename: 'disk.txt',
        mimetype: 'text/plain',
        size: 9,
      };
      const created = await strapi
        .plugin('upload')
        .service('upload')
        .upload(
          {
            data: {
              fileInfo: { caption: 'called', folder: null },
              ref: 'api::restaurant.restaurant',
              refId,
              field: 'covers',
            },
            files: [file],
          },
          { user: admin }
        );
      const sourceStays = fs.existsSync(source);
      fs.rmSync(source);
      return { created, sourceStays };
    }, published);

    expect(created).toMatchObject([{ name: 'disk.txt', caption: 'called', folderPath: '/' }]);
    expect(sourceStays).toBe(true);
    const { createdBy } = await server.inside(
      (strapi, id) =>
        strapi.db.query('plugin::upload.file').findOne({ where: { id }, populate: ['createdBy'] }),
      created[0].id
    );
    expect(createdBy.email).toBe('a@b.c');
    const names = await linkedNames(server, 'api::restaurant.restaurant', published, 'covers');
    expect(names).toEqual(['disk.txt']);
  });

  it('takes an upload back when the transaction that it was called in fails', async () => {
    const before = await stateOf(server);
    const seen = await server.inside(async (strapi) => {
      const fs = process.getBuiltinModule('node:fs');
      const os = process.getBuiltinModule('node:os');
      const source = `${os.tmpdir()}/nested.txt`;
      fs.writeFileSync(source, 'nested');
      const events: string[] = [];
      strapi.eventHub.on('media.create', async () => void events.push('media.create'));
      const file = {
        filepath: source,
        originalFilename: 'nested.txt',
        mimetype: 'text/plain',
        size: 6,
      };
      let stored = 0;
      await strapi.db
        .transaction(async () => {
          const rows = await strapi
            .plugin('upload')
            .service('upload')
            .upload({ data: {}, files: file });
          stored = rows.length;
          throw new Error('the outer work fails');
        })
        .catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
      fs.rmSync(source);
      return { stored, events };
    });
    expect(seen).toEqual({ stored: 1, events: [] });
    expect(await stateOf(server)).toEqual(before);
  });

  it('has what Strapi’s packages and projects call', async () => {
    const names = await server.inside((strapi) => ({
      upload: Object.keys(strapi.plugin('upload').service('upload')),
      file: Object.keys(strapi.plugin('upload').service('file')),
      folder: Object.keys(strapi.plugin('upload').service('folder')),
      images: Object.keys(strapi.plugin('upload').service('image-manipulation')),
      provider: Object.keys(strapi.plugin('upload').service('provider')),
      apiFolder: Object.keys(strapi.plugin('upload').service('api-upload-folder')),
    }));
    expect(names.upload).toEqual(
      expect.arrayContaining(
        'formatFileInfo upload updateFileInfo replace findOne findMany findPage remove getSettings setSettings getConfiguration setConfiguration'.split(
          ' '
        )
      )
    );
    expect(names.file).toEqual(
      expect.arrayContaining(['getFolderPath', 'deleteByIds', 'signFileUrls'])
    );
    expect(names.folder).toEqual(expect.arrayContaining(['create', 'exists', 'getStructure']));
    expect(names.images).toEqual(expect.arrayContaining(['isImage', 'getDimensions', 'optimize']));
    expect(names.provider).toEqual(expect.arrayContaining(['checkFileSize', 'upload', 'replace']));
    expect(names.apiFolder).toEqual(['getAPIUploadFolder']);
  });

  it('describes a file that the caller stores itself', async () => {
    const info = await server.inside((strapi) =>
      strapi
        .plugin('upload')
        .service('upload')
        .formatFileInfo(
          { filename: 'Logo für uns.PNG', type: 'image/png', size: 12345 },
          {},
          { path: 'p' }
        )
    );
    expect(info).toMatchObject({
      name: 'Logo für uns.PNG',
      ext: '.PNG',
      mime: 'image/png',
      size: 12.35,
      sizeInBytes: 12345,
      folderPath: '/',
      path: 'p',
      hash: expect.stringMatching(/^Logo_fuer_uns_[0-9a-f]{10}$/),
    });
  });
});

it('a form’s field that is handed to the service chooses no folder', async () => {
  const filepath = path.join(server.project.temp, 'handed');
  await writeFile(filepath, 'hello');
  const stored = await server.inside(async (strapi, filepath) => {
    const folder = await strapi.db
      .query('plugin::upload.folder')
      .create({ data: { name: 'Closed', path: '/99', pathId: 99 } });
    const file = { filepath, originalFilename: 'a.txt', mimetype: 'text/plain', size: 5 };
    const upload = (fileInfo: unknown) =>
      strapi.plugin('upload').service('upload').upload({ data: { fileInfo }, files: file });
    const said = { caption: 'c', folder: folder.id };
    const [text] = await upload(JSON.stringify(said));
    const [object] = await upload(said);
    return [text, object].map(({ caption, folderPath }) => ({ caption, folderPath }));
  }, filepath);
  expect(stored).toEqual([
    { caption: 'c', folderPath: '/' },
    { caption: 'c', folderPath: '/99' },
  ]);
});

it('the examples of the service tell what it does', async () => {
  const examples = docstringExamples(
    path.resolve(__dirname, '../../server/src/http/upload-service.ts')
  );
  expect(examples.length).toBeGreaterThanOrEqual(8);
  const filepath = path.join(server.project.temp, 'example.txt');
  await writeFile(filepath, 'hello');
  const run = (strapi: unknown, code: string, filepath: string): Promise<Answer[]> => {
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    return new AsyncFunction('strapi', 'filepath', code)(strapi, filepath);
  };
  const answers = await server.inside(run, runnable(examples), filepath);
  expect(answers.length).toBeGreaterThanOrEqual(8);
  expect(answers.map(({ line, answer }) => ({ line, answer }))).toEqual(
    answers.map(({ line, said }) => ({ line, answer: said }))
  );
});

it('a shutdown waits until what a failed call has stored is taken back', async () => {
  const filepath = path.join(server.project.temp, 'failing.txt');
  await writeFile(filepath, 'failing');
  const seen = await server.inside(async (strapi, filepath) => {
    const { stored, journal } = strapi.get('strapi-upload.container') as {
      stored: { storage: { remove(object: unknown): Promise<void> } };
      journal: { workload: { running: Set<unknown> } };
    };
    const hooks = {
      models: ['plugin::upload.file'],
      beforeCreate: () => {
        throw new Error('no row today');
      },
    };
    strapi.db.lifecycles.subscribe(hooks as never);
    const { storage } = stored;
    const remove = storage.remove.bind(storage);
    let running = -1;
    storage.remove = async (object) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      running = journal.workload.running.size;
      await remove(object);
    };
    const file = { filepath, originalFilename: 'f.txt', mimetype: 'text/plain', size: 7 };
    const failure = await strapi
      .plugin('upload')
      .service('upload')
      .upload({ data: {}, files: file })
      .catch((error: Error) => error.message);
    storage.remove = remove;
    return { failure, running };
  }, filepath);
  expect(seen).toEqual({ failure: 'no row today', running: 1 });
});

describe('strapi.plugin("upload").service("image-manipulation")', () => {
  it('takes for faulty what is no image, or has no pixels', async () => {
    const whole = await samples.jpeg();
    const isFaulty = async (bytes: Buffer) => {
      const filepath = path.join(server.project.temp, 'asked');
      await writeFile(filepath, bytes);
      return server.inside(
        (strapi, filepath) =>
          strapi.plugin('upload').service('image-manipulation').isFaultyImage({ filepath }),
        filepath
      );
    };
    const cases = [
      whole,
      whole.subarray(0, 20_000),
      await samples.jpegWithoutPixels(),
      samples.csv(),
      samples.pdf(),
      Buffer.alloc(100),
    ];
    const answers = [];
    for (const bytes of cases) {
      answers.push(await isFaulty(bytes));
    }
    expect(answers).toEqual([false, false, true, true, true, true]);
  });
});
