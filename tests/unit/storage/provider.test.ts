import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { bucketPathOf, withBucketPath } from '../../../server/src/storage/provider/bucket-path';
import { uploadTo } from '../../../server/src/storage/provider/calls';
import { loadProvider, providerFolders } from '../../../server/src/storage/provider/load';

describe('a call to a provider', () => {
  it('fails when its bytes cannot be read, whether the provider listens or not', async () => {
    const file = {
      name: 'gone.txt',
      hash: 'gone',
      getStream: () => createReadStream('/nowhere/gone.txt'),
    };
    const provider = { uploadStream: () => new Promise(() => {}), delete: () => {} };
    await expect(uploadTo({ provider, timeout: false }, file)).rejects.toThrow('ENOENT');
    expect(file).not.toHaveProperty('stream');
  });
});

describe('a provider', () => {
  let app: string;
  beforeEach(async () => {
    app = await mkdtemp(path.join(os.tmpdir(), 'project-'));
  });
  afterEach(() => rm(app, { recursive: true }));

  const install = async (folder: string, source: string) => {
    await mkdir(path.join(app, folder), { recursive: true });
    await writeFile(path.join(app, folder, 'package.json'), '{}');
    await writeFile(path.join(app, folder, 'index.js'), source);
  };
  const load = (provider: string, folders = [app]) =>
    loadProvider({ provider, providerOptions: { depth: 7 }, actionOptions: {} }, folders);

  it('is found by its short name in any case, before a package of that name', async () => {
    const source = (from: string) =>
      `exports.init = ({ depth }) => ({ from: '${from}', depth, uploadStream() {}, delete() {} });`;
    await install('node_modules/@strapi/provider-upload-cloud', source('short'));
    await install('node_modules/cloud', source('package'));
    await install('node_modules/@acme/cloud', source('scoped'));
    expect(await load('Cloud')).toMatchObject({ from: 'short', depth: 7 });
    expect(await load('@acme/cloud')).toMatchObject({ from: 'scoped' });
    expect(await load(path.join(app, 'node_modules/cloud'))).toMatchObject({ from: 'package' });
    expect(await load('./node_modules/cloud')).toMatchObject({ from: 'package' });
  });

  it('that is not installed stops the start with a sentence on what to do', () =>
    expect(load('faulty')).rejects.toThrow(
      'The upload provider "faulty" is not installed: there is neither a package ' +
        '"@strapi/provider-upload-faulty" nor "faulty". Install it, or correct "provider"'
    ));

  it('may be an instance of a class, whose methods find what is in it', async () => {
    await install(
      'node_modules/classy',
      `class Base { delete() { return this.name; } }
       class Classy extends Base { name = 'it'; upload(file, options) { return [this.name, options]; } uploadStream() {} }
       exports.__esModule = true;
       exports.default = { init: () => new Classy() };`
    );
    const provider = await loadProvider(
      { provider: 'classy', providerOptions: {}, actionOptions: { upload: { acl: 'private' } } },
      [app]
    );
    const file = { name: 'a', hash: 'a' };
    expect(provider.delete(file)).toBe('it');
    expect(provider.upload?.(file)).toEqual(['it', { acl: 'private' }]);
    expect(provider.upload?.(file, { acl: 'other' })).toEqual(['it', { acl: 'other' }]);
  });

  it('is the local one of the built-in plugin also when packages are not hoisted', async () => {
    const builtin = 'node_modules/@strapi/strapi/node_modules/@strapi/upload';
    await install('node_modules/@strapi/strapi', '');
    await install(builtin, '');
    await install(
      `${builtin}/node_modules/@strapi/provider-upload-local`,
      'exports.init = () => ({ from: "built-in", uploadStream() {}, delete() {} });'
    );
    const folders = providerFolders([app]);
    expect(folders).toEqual([app, path.join(app, builtin)]);
    expect(await load('local', folders)).toMatchObject({ from: 'built-in' });
  });

  it.each<[string, string, string]>([
    ['needs what is missing', 'require("not-there")', 'could not be loaded: Error: Cannot find'],
    [
      'is something else',
      'exports.start = 1',
      'is not an upload provider: it exports no function "init"',
    ],
    [
      'cannot delete',
      'exports.init = () => ({ uploadStream() {} })',
      `The upload provider "faulty" doesn't implement the delete method.`,
    ],
    [
      'cannot upload',
      'exports.init = () => ({ delete() {} })',
      `The upload provider "faulty" doesn't implement the uploadStream nor the upload method.`,
    ],
  ])('is refused with a sentence when it %s', async (_what, source, message) => {
    await install('node_modules/faulty', source);
    await expect(load('faulty')).rejects.toThrow(message);
  });
});

describe('the folder of a file in its bucket', () => {
  it.each<[string, object, string | null]>([
    ['a format’s own column', { path: 'a/b' }, 'a/b'],
    ['the metadata of a row', { provider_metadata: withBucketPath({ id: 1 }, 'a/b') }, 'a/b'],
    [
      'the formats of a row',
      { formats: { small: { path: 'a/b' } }, provider_metadata: null },
      'a/b',
    ],
    [
      'nothing',
      { formats: { small: { path: null } }, provider_metadata: { path: 'theirs' } },
      null,
    ],
  ])('is told by %s', (_source, row, expected) => {
    expect(bucketPathOf(row)).toBe(expected);
  });

  it('is added to what the provider says, and to nothing but objects', () => {
    expect(withBucketPath({ id: 1 }, 'a')).toEqual({ id: 1, uploadPath: 'a' });
    expect(withBucketPath(undefined, 'a')).toEqual({ uploadPath: 'a' });
    expect(withBucketPath('theirs', 'a')).toBe('theirs');
    expect(withBucketPath(undefined, null)).toBeNull();
  });
});
