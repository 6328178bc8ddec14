import { by, cases, field, file, fileInfo, postForm, type Request } from '../harness/case';
import * as pictures from '../harness/pictures';
import { extensionWith, habit, leftBehind, type ProjectWithCode } from './project';

const upload = (...parts: Parameters<typeof postForm>[1][]): Request =>
  by('fullToken')(postForm('/api/upload', ...parts));

const picture = async () => file('p.png', await pictures.drawing(), 'image/png');

const CONTROLLER = `
  const fs = require('node:fs/promises');
  const path = require('node:path');
  const sharp = require('sharp');
  const util = require('node:util');
  const all = (ctx) => [ctx.request.files?.files ?? []].flat();
  const other = (width) => sharp({ create: { width, height: 300, channels: 3, background: 'red' } }).png().toBuffer();
  const before = {
    rename: (ctx) => all(ctx).forEach((file) => { file.originalFilename = 'renamed.png'; }),
    async overwrite(ctx) {
      for (const file of all(ctx)) {
        const bytes = await other(700);
        await fs.writeFile(file.filepath, bytes);
        file.size = bytes.length;
      }
    },
    async overwriteSilently(ctx) {
      for (const file of all(ctx)) await fs.writeFile(file.filepath, await other(650));
    },
    async append(ctx) {
      for (const file of all(ctx)) {
        await fs.appendFile(file.filepath, ' and more');
        file.size = (await fs.stat(file.filepath)).size;
      }
    },
    link: (ctx) => Object.assign(ctx.request.body, {
      ref: 'api::restaurant.restaurant', refId: ctx.get('x-entry'), field: 'cover' }),
    says: (ctx) => { ctx.request.body.fileInfo = JSON.stringify({ name: 'said.txt', caption: 'c' }); },
    places: (ctx) => { ctx.request.body.path = 'some/place'; },
    keep: (ctx) => { ctx.request.files = { files: all(ctx).filter((one) => one.originalFilename !== 'a.txt') }; },
    copy: (ctx) => { ctx.request.files = { files: all(ctx).map((one) => ({ ...one, originalFilename: 'copy.txt' })) }; },
    samecopy: (ctx) => { ctx.request.files = { files: all(ctx).map((one) => ({ ...one })) }; },
  };
  const original = plugin.controllers['content-api'];
  plugin.controllers['content-api'] = (context) => {
    const actions = original(context);
    return {
      ...actions,
      async upload(ctx) {
        const name = ctx.get('x-habit');
        if (name === 'shows') {
          const [file] = all(ctx);
          const json = JSON.parse(JSON.stringify(ctx.request.files)).files;
          ctx.body = {
            json: Object.keys(json).filter((key) => key !== 'mtime').sort(),
            name: json.originalFilename, size: json.size, type: json.mimetype,
            isDate: !Number.isNaN(Date.parse(json.mtime)),
            inspected: util.inspect(file).includes(file.filepath),
            copied: { ...file }.filepath === file.filepath,
            text: await fs.readFile(file.filepath, 'utf8'),
            isAbsolute: path.isAbsolute(file.filepath),
            hash: file.hash, algorithm: file.hashAlgorithm, hasName: typeof file.newFilename,
            date: file.lastModifiedDate instanceof Date,
          };
          return;
        }
        if (name === 'moves') {
          const [file] = all(ctx);
          const target = path.join(process.cwd(), 'moved.txt');
          await fs.rename(file.filepath, target).catch(() => fs.copyFile(file.filepath, target));
          ctx.body = { text: await fs.readFile(target, 'utf8') };
          await fs.rm(target);
          return;
        }
        if (name === 'one-by-one') {
          const bodies = [];
          for (const file of all(ctx).sort((a, b) => (a.originalFilename < b.originalFilename ? -1 : 1))) {
            ctx.request.files = { files: file };
            await actions.upload(ctx);
            bodies.push(...ctx.body);
          }
          ctx.body = bodies;
          return;
        }
        await before[name]?.(ctx);
        await actions.upload(ctx);
      },
    };
  };`;

const SERVICE = `
  const os = require('node:os');
  const around = {
    alone: (params, original) => original.upload({ data: params.data, files: params.files }),
    async reads(params, original, options) {
      const [first] = await original.upload(params, options);
      const { fileInfo, ...others } = params.data;
      const shown = { ...others, fileInfo, isList: Array.isArray(fileInfo), several: Array.isArray(params.files) };
      await strapi.db.query('plugin::upload.file').update({ where: { id: first.id }, data: { caption: JSON.stringify(shown) } });
      return [{ ...first, caption: JSON.stringify(shown) }];
    },
    says: (params, original, options) => {
      params.data.fileInfo.caption = 'by the service';
      return original.upload(params, options);
    },
    async folder(params, original, options) {
      const folder = await strapi.db.query('plugin::upload.folder').create({ data: { name: 'Own', path: '/77', pathId: 77 } });
      params.data.fileInfo.folder = folder.id;
      return original.upload(params, options);
    },
    async watermark(params, original, options) {
      const [file] = [params.files].flat();
      const target = path.join(os.tmpdir(), 'watermarked.png');
      await fs.writeFile(target, await other(620));
      file.filepath = target;
      file.size = (await fs.stat(target)).size;
      return original.upload(params, options);
    },
    async list(params, original, options) {
      const files = await Promise.all([params.files].flat().map(async (file, index) => {
        const filepath = path.join(os.tmpdir(), 'list-' + index + '.txt');
        await fs.writeFile(filepath, 'listed ' + index);
        return { ...file, filepath, size: 8 };
      }));
      const stored = await original.upload({ ...params, files }, options);
      for (const { filepath } of files) await fs.rm(filepath, { force: true });
      return stored;
    },
    unlinks(params, original) {
      const { ref, refId, field, ...data } = params.data;
      return original.upload({ data, files: params.files });
    },
  };
  const service = plugin.services.upload;
  plugin.services.upload = (context) => {
    const original = service(context);
    return {
      ...original,
      upload(params, options) {
        const name = strapi.requestContext.get()?.get('x-service');
        return around[name] ? around[name](params, original, options) : original.upload(params, options);
      },
    };
  };`;

/** Routes of a project that call the upload plugin's service or controller. */
const OWN = {
  'src/api/partner/routes/partner.js': `module.exports = { routes: [
    ...['body', 'path', 'controller'].map((name) => (
      { method: 'POST', path: '/partners/' + name, handler: 'partner.' + name, config: { auth: false } })),
  ] };`,
  'src/api/partner/controllers/partner.js': `
    const fs = require('node:fs/promises');
    const path = require('node:path');
    const service = () => strapi.plugin('upload').service('upload');
    const shown = (files) => files.map(({ name, caption, size }) => ({ name, caption, size }));
    module.exports = {
      async body(ctx) {
        ctx.body = shown(await service().upload({ data: ctx.request.body, files: ctx.request.files.files }));
      },
      async path(ctx) {
        const filepath = path.join(process.cwd(), 'own.txt');
        await fs.writeFile(filepath, 'own text');
        const file = { filepath, originalFilename: 'own.txt', mimetype: 'text/plain', size: 8 };
        const stored = await service().upload({ data: { fileInfo: { caption: 'own' } }, files: file });
        ctx.body = { stored: shown(stored), stays: await fs.readFile(filepath, 'utf8') };
        await fs.rm(filepath);
      },
      async controller(ctx) {
        await strapi.controller('plugin::upload.content-api').upload(ctx);
      },
    };`,
};

const serviceHabit = (name: string, request: Request): Request => ({
  ...request,
  headers: { ...request.headers, 'x-service': name },
});

const JSON_TEXT = 'What is said as JSON text, as a form brings it, counts too.';

const LINK = (refId: number) => [
  field('ref', 'api::restaurant.restaurant'),
  field('refId', String(refId)),
  field('field', 'cover'),
];

export const wrappers: ProjectWithCode = {
  name: 'with code around the controller and the service',
  files: ({ builtin }) => ({ ...OWN, ...extensionWith(builtin, `${CONTROLLER}${SERVICE}`) }),
  cases: cases({
    'a controller renames': async () => habit('rename', upload(await picture())),
    'a controller overwrites a picture': async () => habit('overwrite', upload(await picture())),
    'a controller overwrites a picture and says nothing': async () =>
      habit('overwriteSilently', upload(await picture())),
    'a controller appends to a text': habit('append', upload(file('a.txt'))),
    'a controller shows a file': habit('shows', upload(file('a.txt'))),
    'a controller says what is said': habit('says', upload(file('a.txt'))),
    'a controller places a file': habit('places', upload(file('a.txt'))),
    'a controller keeps some files': habit('keep', upload(file('a.txt'), file('b.txt'))),
    'a controller copies files': habit('copy', upload(file('a.txt'))),
    'a controller copies files as they are': habit('samecopy', upload(file('a.txt'))),
    'a controller moves a file away': habit('moves', upload(file('a.txt'))),
    'a controller stores one by one': habit('one-by-one', upload(file('a.txt'), file('b.txt'))),
    'a controller links': async (seen) => {
      const request = habit('link', upload(await picture()));
      const entry = String(seen.restaurant.published);
      return { ...request, headers: { ...request.headers, 'x-entry': entry } };
    },
    'a service is called with the first argument': async (seen) =>
      serviceHabit('alone', upload(await picture(), ...LINK(seen.restaurant.published))),
    'a service reads what is sent': serviceHabit(
      'reads',
      upload(file('a.txt'), fileInfo({ caption: 'c' }), field('colour', 'red'))
    ),
    'a service reads what is sent with two files': serviceHabit(
      'reads',
      upload(file('a.txt'), file('a.txt'), fileInfo([{ caption: 'c' }, { caption: 'c' }]))
    ),
    'a service changes what is said': serviceHabit('says', upload(file('a.txt'))),
    'a service chooses the folder': serviceHabit('folder', upload(file('a.txt'))),
    'a service puts another picture in its place': async () =>
      serviceHabit('watermark', upload(await picture())),
    'a service makes a new list': serviceHabit('list', upload(file('a.txt'))),
    'a service takes the link away': async (seen) =>
      serviceHabit('unlinks', upload(await picture(), ...LINK(seen.restaurant.published))),
    'an own route hands the form on': postForm(
      '/api/partners/body',
      file('a.txt'),
      fileInfo({ caption: 'c', name: 'n.txt' })
    ),
    'an own route hands two files on': postForm(
      '/api/partners/body',
      file('a.txt'),
      file('a.txt'),
      fileInfo([{ caption: 'c' }, { caption: 'c' }])
    ),
    'an own route stores a file of its own': postForm('/api/partners/path', file('a.txt')),
    'an own route calls the controller': postForm('/api/partners/controller', file('a.txt')),
  }),
  differences: [
    leftBehind(
      'a controller keeps some files',
      'a controller stores one by one',
      'a service puts another picture in its place'
    ),
    {
      cases: ['an own route hands the form on'],
      paths: [
        '0.body.0.caption',
        '0.body.0.name',
        'disk.0',
        'rows.files.0.caption',
        'rows.files.0.hash',
        'rows.files.0.name',
        'rows.files.0.url',
      ],
      reason: JSON_TEXT,
    },
    {
      cases: ['an own route hands two files on'],
      paths: [
        '0.body.0.caption',
        '0.body.1.caption',
        'rows.files.0.caption',
        'rows.files.1.caption',
      ],
      reason: JSON_TEXT,
    },
    {
      cases: ['a controller links', 'a service is called with the first argument'],
      paths: ['rows.files_related_mph'],
      reason: 'As every link, these are made in the draft and in the published version.',
    },
  ],
};
