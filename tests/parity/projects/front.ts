import { by, cases, field, file, postForm, type Request } from '../harness/case';
import * as pictures from '../harness/pictures';
import { habit, leftBehind, type ProjectWithCode } from './project';

const MIDDLEWARES = `['strapi::logger', 'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::poweredBy',
  'strapi::query', 'strapi::body', 'strapi::session', 'strapi::favicon', 'strapi::public', 'global::guards']`;

/** Checks in the project's global middlewares. Each check applies only to requests that name it. */
const GUARDS = `
const fs = require('node:fs/promises');
const path = require('node:path');
const filesOf = (ctx) => Object.values(ctx.request.files ?? {}).flat();
const guards = {
  'only-articles'(ctx) {
    const { ref } = ctx.request.body ?? {};
    return ref && ref !== 'api::article.article' ? ctx.forbidden('articles only') : undefined;
  },
  'only-images'(ctx) {
    if (filesOf(ctx).some(({ mimetype }) => !mimetype.startsWith('image/'))) {
      ctx.status = 415;
      ctx.body = { error: 'images only' };
    }
  },
  'nested-captcha': (ctx) => (ctx.request.body?.meta?.captcha === 'ok' ? undefined : ctx.forbidden('captcha')),
  captcha: (ctx) => (ctx.request.body?.captcha === 'ok' ? undefined : ctx.forbidden('captcha')),
  'few-bytes': (ctx) =>
    filesOf(ctx).reduce((sum, { size }) => sum + size, 0) > 100 ? ctx.payloadTooLarge('too much') : undefined,
  async magic(ctx) {
    for (const { filepath } of filesOf(ctx)) {
      const head = (await fs.readFile(filepath)).subarray(0, 4).toString('latin1');
      if (head !== '\\x89PNG') return ctx.badRequest('PNG only');
    }
  },
  'changes-the-body'(ctx) {
    ctx.request.body.fileInfo = JSON.stringify({ caption: 'by the project' });
  },
  'adds-to-the-body'(ctx) {
    ctx.request.body = { ...ctx.request.body, fileInfo: '{"name":"other.txt"}' };
  },
  'keeps-one'(ctx) {
    ctx.request.files = { files: filesOf(ctx).find((file) => file.originalFilename === 'b.txt') };
  },
  'keeps-none'(ctx) {
    ctx.request.files = {};
  },
  answers(ctx) {
    ctx.body = { count: filesOf(ctx).length, fields: Object.keys(ctx.request.body) };
  },
  fails() {
    throw new Error('own failure');
  },
};
module.exports = () => async (ctx, next) => {
  const guard = guards[ctx.get('x-habit')];
  const before = ctx.body;
  await guard?.(ctx);
  return guard && ctx.body !== before ? undefined : next();
};`;

/** A `bootstrap` that does the same as an npm plugin which converts images. */
const INDEX = `
const fs = require('node:fs/promises');
const sharp = require('sharp');
module.exports = {
  bootstrap({ strapi }) {
    strapi.server.use(async function convertImages(ctx, next) {
      const mode = ctx.get('x-habit');
      if (mode.startsWith('webp')) {
        for (const file of Object.values(ctx.request.files ?? {}).flat()) {
          const bytes = await sharp(await fs.readFile(file.filepath)).webp().toBuffer();
          const target = mode === 'webp-beside' ? file.filepath + '.webp' : file.filepath;
          await fs.writeFile(target, bytes);
          file.filepath = target;
          file.originalFilename = file.originalFilename.replace(/\\.\\w+$/, '.webp');
          file.mimetype = 'image/webp';
          file.size = bytes.length;
        }
      }
      await next();
    });
  },
};`;

const upload = (...parts: Parameters<typeof postForm>[1][]): Request =>
  by('fullToken')(postForm('/api/upload', ...parts));

const picture = async () => file('p.png', await pictures.drawing(), 'image/png');
const link = [
  field('ref', 'api::restaurant.restaurant'),
  field('refId', '4711'),
  field('field', 'cover'),
];

export const front: ProjectWithCode = {
  name: 'with code in front of the route',
  files: () => ({
    'config/middlewares.js': `module.exports = ${MIDDLEWARES};`,
    'src/middlewares/guards.js': GUARDS,
    'src/index.js': INDEX,
  }),
  cases: cases({
    'a guard refuses links to other types': async () =>
      habit('only-articles', upload(await picture(), ...link)),
    'a guard refuses links that come before the files': async () =>
      habit('only-articles', upload(...link, await picture())),
    'a guard lets files without a link pass': async () =>
      habit('only-articles', upload(await picture())),
    'a guard refuses a type': habit('only-images', upload(file('a.txt'))),
    'a guard refuses one file of two': async () =>
      habit('only-images', upload(await picture(), file('a.txt'))),
    'a guard lets images pass': async () => habit('only-images', upload(await picture())),
    'a guard refuses a type in the Media Library': habit(
      'only-images',
      by('admin')(postForm('/upload', file('a.txt'), field('fileInfo', '{}')))
    ),
    'a guard refuses the type of a replacement': [
      upload(file('a.txt')),
      (seen) =>
        habit(
          'only-images',
          by('fullToken')(postForm(`/api/upload?id=${seen.id(0)}`, file('b.txt', 'other')))
        ),
    ],
    'a guard refuses the type of an entry’s file': habit(
      'only-images',
      by('fullToken')(
        postForm('/api/restaurants', field('data', { name: 'Chez Test' }), {
          ...file('a.txt'),
          name: 'files.cover',
        })
      )
    ),
    'a guard finds a field': async () =>
      habit('captcha', upload(await picture(), field('captcha', 'ok'))),
    'a guard finds a field in brackets': async () =>
      habit('nested-captcha', upload(await picture(), field('meta[captcha]', 'ok'))),
    'a guard misses a field': async () => habit('captcha', upload(await picture())),
    'a guard counts bytes': habit('few-bytes', upload(file('a.txt', 'x'.repeat(200)))),
    'a guard reads the bytes': async () => habit('magic', upload(await picture())),
    'a guard reads wrong bytes': habit('magic', upload(file('a.txt'))),
    'a guard changes what is said': habit('changes-the-body', upload(file('a.txt'))),
    'a guard replaces the body': habit('adds-to-the-body', upload(file('a.txt'))),
    'a guard keeps one file of two': habit('keeps-one', upload(file('a.txt'), file('b.txt'))),
    'a guard keeps no file': habit('keeps-none', upload(file('a.txt'))),
    'code in front answers': habit('answers', upload(file('a.txt'), field('colour', 'red'))),
    'code in front fails': habit('fails', upload(file('a.txt'))),
    'nobody may, and a guard looks': habit(
      'only-images',
      by('stranger')(postForm('/api/upload', file('a.txt')))
    ),
    'code in front converts an image in place': async () => habit('webp', upload(await picture())),
    'code in front converts an image beside it': async () =>
      habit('webp-beside', upload(await picture())),
    'code in front converts two images': async () =>
      habit('webp', upload(await picture(), await picture())),
    'code in front converts an image of the Media Library': async () =>
      habit('webp', by('admin')(postForm('/upload', await picture(), field('fileInfo', '{}')))),
    'no guard of a request without a form': async () => habit('only-images', upload()),
  }),
  differences: [
    leftBehind(
      'a guard refuses the type of an entry’s file',
      'a guard keeps one file of two',
      'a guard keeps no file',
      'code in front fails',
      'code in front converts an image beside it'
    ),
    {
      cases: ['nobody may, and a guard looks'],
      paths: ['0.body', '0.status 415→401'],
      reason:
        'A form is read only once its sender may upload: a guard that looks at it before gets that refusal.',
    },
  ],
};
