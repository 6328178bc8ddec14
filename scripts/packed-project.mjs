/**
 * Tests the package as users get it: packs the tarball, installs it in a new Strapi project outside of the repository,
 * enables it, uses it over HTTP, and removes it again.
 *
 * Prints one line per check and ends with `N passed, N failed`. The exit code is 1 if any check failed. Packs the files
 * in dist, so run `npm run build` before. KEEP=1 keeps the project on the disk.
 */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { cp, lstat, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { passed } from './support/checks.mjs';
import { installed, MANAGERS } from './support/package-managers.mjs';
import { UID, writeProject } from './support/new-project.mjs';
import { newestStrapi } from './support/newest-strapi.mjs';
import { offerDriver } from './support/prebuilt-driver.mjs';
import { atExit, run } from './support/processes.mjs';
import { startServer as launchServer } from './support/servers.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MANIFEST = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
const PACKAGE = MANIFEST.name;
const DRIVER = 'better-sqlite3';
const EXTENSION = 'src/extensions/upload/strapi-server.js';

const SECOND = 1000;
/** Timeout of each kind of work, in ms. */
const PATIENCE = {
  command: 60 * SECOND,
  install: 480 * SECOND,
  build: 300 * SECOND,
  start: 90 * SECOND,
  request: 30 * SECOND,
};

const home = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-packed-'));

// ---- Commands ----------------------------------------------------------------------------------

/** Folder of the project that the checks use now. */
let project = path.join(home, 'npm');

const npm = (...args) =>
  run('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: project,
    patience: PATIENCE.install,
  });

/** Path of a command that a package of the project provides. */
const bin = (name) => path.join(project, 'node_modules/.bin', name);

const runBin = (name, args, patience = PATIENCE.command) =>
  run(bin(name), args, { cwd: project, patience });

atExit(() => {
  if (process.env.KEEP === '1') {
    console.log(`# the projects are left in ${home}`);
  } else {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

// ---- The project --------------------------------------------------------------------------------

const readProjectFile = (name) => readFile(path.join(project, name), 'utf8');

/**
 * Returns the module from which the last build of the admin panel imports the plugin `upload`; undefined if the panel
 * uses the built-in. Strapi gives the import the name of the plugin.
 */
async function adminEntry() {
  const app = await readProjectFile('.strapi/client/app.js');
  return /^import upload from "(.+)";$/m.exec(app)?.[1];
}

/**
 * Returns the paths at which the project has a package of this name. Several paths mean several copies of the package.
 */
async function copiesOf(name) {
  const { packages } = JSON.parse(await readProjectFile('package-lock.json'));
  return Object.keys(packages).filter((key) => key.endsWith(`node_modules/${name}`));
}

// ---- The server --------------------------------------------------------------------------------

let server;

async function startServer() {
  server = await launchServer(bin('strapi'), () => ['start'], {
    cwd: project,
    patience: PATIENCE.start,
    path: '/_health',
  });
}

async function stopServer() {
  await server?.stop();
  server = undefined;
}

const request = (route, options) =>
  fetch(server.url + route, { ...options, signal: AbortSignal.timeout(PATIENCE.request) });

const get = (route, headers = {}) => request(route, { headers });

/** Returns the JSON of a response. Throws an error with the whole response if the response does not have `status`. */
async function expectJson(response, status) {
  const text = await response.text();
  assert.equal(response.status, status, `${response.status} ${text}`);
  return JSON.parse(text);
}

const getJson = async (route) => expectJson(await get(route), 200);

/** Uploads one file with additional form fields. */
function upload(content, name, type, fields = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, String(value));
  form.append('files', new Blob([content], { type }), name);
  return request('/api/upload', { method: 'POST', body: form });
}

const body = async (response) => Buffer.from(await response.arrayBuffer());

/** Returns the bytes of a stored file. Throws an error if the server does not serve it. */
async function download(url) {
  const response = await get(url);
  assert.equal(response.status, 200, `GET ${url} answered ${response.status}`);
  return body(response);
}

const picture = () =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();

const createRestaurant = async () =>
  expectJson(
    await request('/api/restaurants', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { name: 'Chez Pack' } }),
    }),
    201
  );

// ---- The checks --------------------------------------------------------------------------------

/** Values that a check stores for later checks. */
const found = {};

/** Returns all paths in the package that package.json exports or names as commands. */
function promisedPaths() {
  const targets = Object.values(MANIFEST.exports).flatMap((target) =>
    // The condition `source` is left out: Strapi uses it only for plugins inside a project's own repository.
    typeof target === 'string'
      ? [target]
      : Object.keys(target).flatMap((key) => (key === 'source' ? [] : [target[key]]))
  );
  return [...new Set([...targets, ...Object.values(MANIFEST.bin)])].map(path.posix.normalize);
}

async function pack() {
  const args = ['pack', '--json', '--pack-destination', home, '--loglevel=error'];
  const [{ filename, files }] = Object.values(
    JSON.parse(await run('npm', args, { cwd: ROOT, patience: PATIENCE.command }))
  );
  const packed = files.map((file) => file.path);
  const missing = promisedPaths().filter((name) => !packed.includes(name));
  assert.deepEqual(missing, [], 'these are missing from the tarball; was it built?');
  const needless = packed.filter((name) =>
    /(^|\/)(src|tests|playground|node_modules)\//.test(name)
  );
  assert.deepEqual(needless, [], 'these have no place in the tarball');
  // Yarn 1 caches tarballs by file name, so a fixed name would install the tarball of an earlier run.
  found.tarball = path.join(home, `${path.basename(home)}.tgz`);
  await rename(path.join(home, filename), found.tarball);
}

async function install() {
  await offerDriver(path.join(ROOT, 'node_modules', DRIVER), home);
  await writeNewProject(true);
  await npm('install');
  const folder = await lstat(path.join(project, 'node_modules', PACKAGE));
  assert.ok(folder.isDirectory(), `${PACKAGE} is no folder of its own`);
}

/** Imports the modules for front ends. The exports of the package name them. */
async function importClient() {
  const code = `
    import { imageUrl } from '${PACKAGE}/client';
    import { uploadFiles } from '${PACKAGE}/client/upload';
    console.log(imageUrl({ url: '/uploads/a.jpg' }, { width: 64 }), typeof uploadFiles);
  `;
  const printed = await run(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
    patience: PATIENCE.command,
  });
  assert.equal(printed.trim(), '/uploads/a.jpg?width=64 function');
}

/**
 * Checks that the project has only one copy of Strapi's packages. Strapi recognises errors and services by their class,
 * so it would not recognise errors and services of a second copy.
 */
async function keepOneStrapi() {
  const names = ['@strapi/core', '@strapi/strapi', '@strapi/upload', '@strapi/utils'];
  for (const name of names) assert.deepEqual(await copiesOf(name), [`node_modules/${name}`]);
}

/**
 * Adds a second copy of `@strapi/utils` below this package, as a package manager may do. If this package used the
 * errors of that copy, Strapi would answer 500 instead of the right status.
 */
async function addSecondUtils() {
  const utils = path.join(project, 'node_modules/@strapi/utils');
  const second = path.join(project, 'node_modules', PACKAGE, 'node_modules/@strapi/utils');
  await cp(utils, second, { recursive: true });
  const seen = createRequire(path.join(project, 'node_modules', PACKAGE, 'package.json'));
  assert.ok(seen.resolve('@strapi/utils').startsWith(second));
}

async function initialise() {
  await runBin(PACKAGE, ['init']);
  assert.equal(
    await readProjectFile(EXTENSION),
    `module.exports = require('${PACKAGE}/extension');\n`
  );
}

async function initialiseTypescript() {
  await runBin(PACKAGE, ['init']);
  assert.equal(
    await readProjectFile(EXTENSION.replace('.js', '.ts')),
    `import extension from '${PACKAGE}/extension';\n\nexport default extension;\n`
  );
}

/** Compiles the server of a TypeScript project, as `strapi build` does. Does not build the admin panel. */
const compile = () => runBin('tsc', ['--project', '.']);

/**
 * Checks that `regenerate` works in a TypeScript project that is not compiled: the command compiles the project itself.
 */
async function regenerate() {
  await rm(path.join(project, 'dist'), { recursive: true });
  assert.match(await runBin(PACKAGE, ['regenerate', '--dry-run']), /0 of 1 images/);
}

async function initialiseAgain() {
  const before = await readProjectFile(EXTENSION);
  assert.match(await runBin(PACKAGE, ['init']), /nothing was changed/);
  assert.equal(await readProjectFile(EXTENSION), before);
}

async function buildAdmin() {
  await runBin('strapi', ['build'], PATIENCE.build);
  assert.equal(await adminEntry(), `${PACKAGE}/strapi-admin`);
}

async function serveAdmin() {
  const html = (await download('/admin')).toString();
  const [, script] = /<script[^>]+src="([^"]+\.js)"/.exec(html) ?? [];
  assert.ok(script, `no script in:\n${html}`);
  assert.match((await download(script)).toString(), /plugin::upload\.read/);
}

async function uploadPicture() {
  const answer = await upload(await picture(), 'teal.png', 'image/png');
  const [file] = await expectJson(answer, 201);
  assert.equal(file.width, 900);
  assert.deepEqual(Object.keys(file.formats).sort(), ['medium', 'small', 'thumbnail']);
  for (const { url } of Object.values(file.formats)) await download(url);
  found.file = file;
}

async function linkPicture() {
  const { data } = await createRestaurant();
  const link = { ref: UID, refId: data.id, field: 'cover' };
  const answer = await upload(await picture(), 'cover.png', 'image/png', link);
  const [file] = await expectJson(answer, 201);
  found.restaurant = data.documentId;
  found.cover = file;
  await coverIsThere();
}

async function coverIsThere() {
  const { data } = await getJson(`/api/restaurants/${found.restaurant}?populate=cover`);
  assert.equal(data.cover?.id, found.cover.id);
}

const storedIds = async () => (await getJson('/api/upload/files')).map(({ id }) => id);

async function listFiles() {
  assert.deepEqual((await storedIds()).sort(), [found.file.id, found.cover.id].sort());
}

/** Checks that this plugin serves the stored image. The ETag shows that, because the built-in sends no ETag. */
async function serveOurs() {
  const response = await get(found.file.url);
  const etag = response.headers.get('etag');
  assert.ok(etag, 'no ETag: the built-in plugin answered');
  const { width, format } = await sharp(await body(response)).metadata();
  assert.deepEqual([response.status, width, format], [200, 900, 'png']);
  assert.equal((await get(found.file.url, { 'if-none-match': etag })).status, 304);
}

const uploadToUnknownField = async () =>
  upload(await picture(), 'nowhere.png', 'image/png', {
    ref: UID,
    refId: (await createRestaurant()).data.id,
    field: 'nowhere',
  });

/** Checks that this plugin refuses a file for an unknown field. The built-in would store the file. */
async function refuseUnknownField() {
  const before = await storedIds();
  const { error } = await expectJson(await uploadToUnknownField(), 400);
  assert.match(error.message, /nowhere/);
  assert.deepEqual(await storedIds(), before);
}

async function takeOut() {
  found.content = await download(found.file.url);
  await stopServer();
  await rm(path.join(project, EXTENSION));
  await npm('uninstall', PACKAGE);
  await runBin('strapi', ['build'], PATIENCE.build);
  assert.equal(await adminEntry(), undefined);
}

async function serveBuiltin() {
  const response = await get(found.file.url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('etag'), null, 'an ETag: this plugin answered still');
  assert.ok(found.content.equals(await body(response)), 'other bytes than before');
}

async function uploadToBuiltin() {
  const [file] = await expectJson(await upload(await picture(), 'back.png', 'image/png'), 201);
  await download(file.url);
  assert.ok((await storedIds()).includes(file.id));
}

/** Writes a new project that depends on the tarball. */
const writeNewProject = (adminPanel, { dependencies, ...more } = {}) =>
  writeProject(project, {
    dependencies: {
      [DRIVER]: MANIFEST.devDependencies[DRIVER],
      [PACKAGE]: `file:${found.tarball}`,
      ...dependencies,
    },
    adminPanel,
    ...more,
  });

/** Installs the package with another package manager. The admin panel is not built for this project. */
async function installWith(manager) {
  project = path.join(home, manager.name);
  await writeNewProject(false, { language: manager.language });
  for (const [name, content] of Object.entries(manager.files)) {
    await writeFile(path.join(project, name), content);
  }
  const command = await installed(manager, home);
  await run(process.execPath, [command, ...manager.install], {
    cwd: project,
    env: { npm_config_registry: (await npm('config', 'get', 'registry')).trim() },
    patience: PATIENCE.install,
  });
  const folder = await lstat(path.join(project, 'node_modules', PACKAGE));
  assert.ok(folder.isDirectory() || folder.isSymbolicLink(), `${PACKAGE} was not installed`);
}

async function uploadText() {
  const [file] = await expectJson(await upload('hello', 'hello.txt', 'text/plain'), 201);
  const response = await get(file.url);
  assert.ok(response.headers.get('etag'), 'no ETag: the built-in plugin answered');
  assert.equal((await body(response)).toString(), 'hello');
}

/** Returns the few checks that are repeated with each other package manager. */
const checksWith = (manager) => [
  { name: `${manager.title} takes the tarball`, work: () => installWith(manager), needed: true },
  ...switchOn(manager),
  { name: `strapi start works with ${manager.name}`, work: startServer, needed: true },
  { name: `a text is stored with ${manager.name}`, work: uploadText },
  { name: `a picture gets its sizes with ${manager.name}`, work: uploadPicture },
  {
    name: `an unknown field is refused with 400 with ${manager.name}`,
    work: refuseUnknownField,
  },
  { name: `the server stops with ${manager.name}`, work: stopServer },
  ...(manager.language ? [{ name: 'regenerate works in TypeScript', work: regenerate }] : []),
];

const switchOn = ({ name, language }) =>
  language
    ? [
        { name: 'init writes TypeScript', work: initialiseTypescript, needed: true },
        { name: 'the TypeScript project compiles', work: compile, needed: true },
      ]
    : [{ name: `strapi-upload init works with ${name}`, work: initialise, needed: true }];

// ---- The newest Strapi, with plugins of other vendors -------------------------------------------

/** Image plugins of other vendors, with sharp and axios, which these plugins expect in the project. */
const PLUGINS = {
  'strapi-plugin-webp-converter': '1.0.4',
  '@aguzztn54/strapi-blurhash-plugin': '0.1.3',
  'strapi-plugin-img-convert': '2.2.3',
  'strapi-v5-blurhash-image': '1.2.4',
  'strapi-plugin-media-upload': '1.1.2',
  axios: '^1.7.4',
};

const PLUGIN_SETTINGS = `module.exports = {
  'users-permissions': { config: { jwtSecret: 'packed-jwt' } },
  upload: { config: { breakpoints: { small: { breakpoint: 500, formats: ['webp', 'jpeg'] }, tiny: 100 } } },
  'webp-converter': { enabled: true, config: { mimeTypes: ['image/png'], options: {} } },
  blurhash: { enabled: true },
  'img-convert': { enabled: true },
  'strapi-v5-blurhash-image': { enabled: true },
  media: { enabled: true },
};
`;

async function installNewest() {
  project = path.join(home, 'newest');
  const { version, incomplete } = await newestStrapi();
  console.log(`# newest Strapi: ${version}; incomplete: ${incomplete.join(', ') || 'none'}`);
  await writeNewProject(false, {
    strapi: version,
    dependencies: PLUGINS,
    files: { 'config/plugins.js': PLUGIN_SETTINGS },
  });
  // The plugins name older versions of sharp and of Strapi's tools as peer dependencies, so npm would refuse them.
  await npm('install', '--legacy-peer-deps');
  const { version: installed } = JSON.parse(
    await readProjectFile('node_modules/@strapi/strapi/package.json')
  );
  assert.equal(installed, version);
}

/** Uploads a file through the Media Library. The plugins of other vendors change these uploads. */
async function uploadAsset(content, name, type) {
  if (!found.editor) {
    const person = { email: 'ed@example.org', password: 'Editor-pass-1', firstname: 'Ed' };
    const answer = await request('/admin/register-admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(person),
    });
    found.editor = (await expectJson(answer, 200)).data.token;
  }
  const form = new FormData();
  form.append('fileInfo', JSON.stringify({ name }));
  form.append('files', new Blob([content], { type }), name);
  const headers = { authorization: `Bearer ${found.editor}` };
  const answer = await request('/upload', { method: 'POST', headers, body: form });
  return (await expectJson(answer, 201))[0];
}

async function convertToWebp() {
  const file = await uploadAsset(await picture(), 'teal.png', 'image/png');
  const { name, ext, mime, width } = file;
  assert.deepEqual([name, ext, mime, width], ['teal.webp', '.webp', 'image/webp', 900]);
  const { format } = await sharp(await download(file.url)).metadata();
  assert.equal(format, 'webp');
  found.converted = file;
}

async function blurHashes() {
  const { blurhash, blurHash } = found.converted;
  assert.ok(blurhash, 'no blurhash of @aguzztn54/strapi-blurhash-plugin');
  assert.match(blurHash?.url ?? '', /^data:image\/png;base64,/, 'none of strapi-v5-blurhash-image');
}

async function convertSizes() {
  const { formats } = found.converted;
  const names = Object.keys(formats).sort();
  assert.deepEqual(names, ['small_jpeg', 'small_webp', 'thumbnail', 'tiny']);
  for (const { url } of Object.values(formats)) await download(url);
}

async function uploadThroughMedia() {
  const form = new FormData();
  form.append('file', new Blob(['hello'], { type: 'text/plain' }), 'hello.txt');
  const answer = await request('/api/media/upload', { method: 'POST', body: form });
  const { data } = await expectJson(answer, 200);
  assert.equal((await download(data[0].url)).toString(), 'hello');
}

const NEWEST = [
  { name: 'npm takes the tarball beside the newest Strapi', work: installNewest, needed: true },
  { name: 'strapi-upload init works there', work: initialise, needed: true },
  { name: 'strapi start works there, with plugins of others', work: startServer, needed: true },
  { name: 'an upload is stored there', work: uploadText },
  { name: 'an unknown field is refused with 400 there', work: refuseUnknownField },
  { name: 'strapi-plugin-webp-converter converts', work: convertToWebp, needed: true },
  { name: 'two plugins note blur hashes', work: blurHashes },
  { name: 'strapi-plugin-img-convert makes the sizes', work: convertSizes },
  { name: 'strapi-plugin-media-upload stores a file', work: uploadThroughMedia },
  { name: 'the server stops there', work: stopServer },
];

/** The checks run in this order. If a `needed` check fails, the checks after it are not run. */
const CHECKS = [
  { name: 'npm pack puts into the tarball what package.json promises', work: pack, needed: true },
  { name: 'npm install takes the tarball into a new project', work: install, needed: true },
  { name: 'front ends can import the client', work: importClient },
  { name: "the project keeps one copy of Strapi's packages", work: keepOneStrapi },
  { name: 'a second copy of @strapi/utils is put beside the package', work: addSecondUtils },
  { name: 'strapi-upload init writes the extension file', work: initialise, needed: true },
  { name: 'a second init finds nothing to do', work: initialiseAgain },
  { name: 'strapi build takes the admin entry from this package', work: buildAdmin, needed: true },
  { name: 'strapi start starts in production', work: startServer, needed: true },
  { name: 'GET /admin serves the panel with the Media Library', work: serveAdmin },
  { name: 'POST /api/upload stores a picture and its formats', work: uploadPicture, needed: true },
  { name: 'ref, refId and field link a picture to an entry', work: linkPicture, needed: true },
  { name: 'GET /api/upload/files lists both pictures', work: listFiles },
  { name: 'GET /uploads/… answers with an ETag and then 304', work: serveOurs },
  {
    name: 'an unknown field is refused with 400, whichever copies there are',
    work: refuseUnknownField,
  },
  { name: 'the extension file and the package can be taken out', work: takeOut, needed: true },
  { name: 'strapi start starts with the built-in plugin', work: startServer, needed: true },
  { name: 'the built-in plugin serves the old file', work: serveBuiltin },
  { name: 'the entry has its picture still', work: coverIsThere },
  { name: 'the built-in plugin takes an upload', work: uploadToBuiltin },
];

// If one package manager fails, the others are still tested.
const groups = [CHECKS, NEWEST, ...MANAGERS.map(checksWith)];
const total = groups.flat().length;
let count = 0;
for (const group of groups) {
  count += await passed(group);
  await stopServer();
}
console.log(`${count} passed, ${total - count} failed`);
process.exitCode = count === total ? 0 : 1;
