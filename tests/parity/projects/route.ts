import { by, cases, field, file, postForm, type Request } from '../harness/case';
import * as pictures from '../harness/pictures';
import { extensionWith, habit, leftBehind, type ProjectWithCode } from './project';

const upload = (...parts: Parameters<typeof postForm>[1][]): Request =>
  by('fullToken')(postForm('/api/upload', ...parts));

const picture = async () => file('p.png', await pictures.drawing(), 'image/png');

const ROUTE = `const { routes } = plugin.routes['content-api'].routes
    ? plugin.routes['content-api'] : plugin.routes['content-api']();
  const route = routes.find((one) => one.method === 'POST' && one.handler === 'content-api.upload');`;

/** Middlewares that log or check forms. `magic` also opens the files. */
const MIDDLEWARES = {
  'src/middlewares/magic.js': `const fs = require('node:fs/promises');
    module.exports = () => async (ctx, next) => {
      if (ctx.get('x-habit') === 'magic') {
        for (const { filepath } of Object.values(ctx.request.files ?? {}).flat()) {
          const head = (await fs.readFile(filepath)).subarray(1, 4).toString('latin1');
          if (head !== 'PNG') return ctx.badRequest('PNG only');
        }
      }
      await next();
    };`,
  'src/middlewares/late.js': `module.exports = () => async (ctx, next) => {
      if (ctx.get('x-habit') === 'late' && [ctx.request.files?.files ?? []].flat().length > 1) {
        return ctx.badRequest('one at a time');
      }
      if (ctx.get('x-habit') === 'says') {
        ctx.request.body.fileInfo = JSON.stringify({ alternativeText: 'by the project' });
      }
      await next();
    };`,
  'src/middlewares/log.js': `module.exports = () => async (ctx, next) => {
      await next();
      ctx.set('x-seen', String(Object.keys(ctx.request.body ?? {}).length));
    };`,
};

/** A project that adds policies and middlewares to a route, before and after the existing ones. */
export const route: ProjectWithCode = {
  name: 'with policies and middlewares on the route',
  files: ({ builtin }) => ({
    ...MIDDLEWARES,
    ...extensionWith(
      builtin,
      `${ROUTE}
       plugin.policies.imagesOnly = (ctx) => ctx.request.headers['x-habit'] !== 'policy' ||
         [ctx.request.files?.files ?? []].flat().every(({ mimetype }) => mimetype.startsWith('image/'));
       plugin.policies.saysColour = (ctx) => ctx.request.headers['x-habit'] !== 'colour' || ctx.request.body.colour === 'red';
       route.config = { ...route.config,
         policies: [...(route.config?.policies ?? []), 'plugin::upload.imagesOnly', 'plugin::upload.saysColour'],
         middlewares: ['global::magic', ...(route.config?.middlewares ?? []), 'global::late'] };`
    ),
  }),
  cases: cases({
    'a policy refuses a type': habit('policy', upload(file('a.txt'))),
    'a policy lets an image pass': async () => habit('policy', upload(await picture())),
    'a policy refuses one of two': async () =>
      habit('policy', upload(await picture(), file('a.txt'))),
    'a policy misses a field': habit('colour', upload(file('a.txt'))),
    'a policy finds a field': habit('colour', upload(file('a.txt'), field('colour', 'red'))),
    'a first middleware opens the file': async () => habit('magic', upload(await picture())),
    'a first middleware refuses the bytes': habit('magic', upload(file('a.txt'))),
    'a last middleware counts files': habit('late', upload(file('a.txt'), file('b.txt'))),
    'a last middleware changes what is said': habit('says', upload(file('a.txt'))),
    'nobody may': habit('policy', by('stranger')(postForm('/api/upload', file('a.txt')))),
    'an update without a file': [
      upload(file('a.txt')),
      (seen) =>
        habit(
          'policy',
          by('fullToken')(
            postForm(`/api/upload?id=${seen.id(0)}`, field('fileInfo', { caption: 'c' }))
          )
        ),
    ],
  }),
  differences: [
    leftBehind('a policy refuses a type', 'a policy refuses one of two', 'a policy misses a field'),
  ],
};

/** A project that completely replaces the configuration of a route. */
export const replacedRoute: ProjectWithCode = {
  name: 'that replaces the configuration of the route',
  files: ({ builtin }) => ({
    ...MIDDLEWARES,
    ...extensionWith(builtin, `${ROUTE} route.config = { middlewares: ['global::log'] };`),
  }),
  cases: cases({
    'a text is stored': upload(file('a.txt')),
    'two files are stored': async () => upload(await picture(), file('a.txt')),
    'nobody may': by('stranger')(postForm('/api/upload', file('a.txt'))),
    'a file is replaced': [
      upload(file('a.txt')),
      (seen) => by('fullToken')(postForm(`/api/upload?id=${seen.id(0)}`, file('b.txt', 'other'))),
    ],
  }),
  differences: [
    {
      cases: ['a file is replaced'],
      paths: ['1.body.formats', 'rows.files.0.formats'],
      reason: 'As in every replacement: what is no picture has no formats.',
    },
  ],
};

/** A project that removes the authentication of a route, so that everybody may upload. */
export const openRoute: ProjectWithCode = {
  name: 'that opens the route',
  files: ({ builtin }) =>
    extensionWith(
      builtin,
      `${ROUTE}
       route.config = { auth: false, policies: [] };`
    ),
  cases: cases({
    'anybody stores a file': postForm('/api/upload', file('a.txt')),
    'anybody stores a picture': async () => postForm('/api/upload', await picture()),
    'anybody stores two files': postForm('/api/upload', file('a.txt'), file('a.txt')),
  }),
};
