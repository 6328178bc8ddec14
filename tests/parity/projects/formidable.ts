import { by, cases, file, postForm, type Request } from '../harness/case';
import * as pictures from '../harness/pictures';
import type { ProjectWithCode } from './project';

const upload = (...parts: Parameters<typeof postForm>[1][]): Request =>
  by('fullToken')(postForm('/api/upload', ...parts));

const picture = async () => file('p.png', await pictures.drawing(), 'image/png');

const MIDDLEWARES = `module.exports = [
  'strapi::logger', 'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::poweredBy', 'strapi::query',
  { name: 'strapi::body', config: { formidable: {
    filter: ({ name, originalFilename, mimetype }) =>
      name === 'files' && !originalFilename.startsWith('left-out') && mimetype !== 'application/x-left-out',
    onFileBegin(field, file) {
      if (file.originalFilename.startsWith('thrown')) throw new Error('not this one');
      if (file.originalFilename.startsWith('renamed')) file.originalFilename = 'by the hook.txt';
    },
    minFileSize: 10,
    maxFiles: 2,
  } } },
  'strapi::session', 'strapi::favicon', 'strapi::public',
];`;

export const formidable: ProjectWithCode = {
  name: 'with options of formidable',
  files: () => ({ 'config/middlewares.js': MIDDLEWARES }),
  cases: cases({
    'the filter leaves the only file out': upload(file('left-out.txt')),
    'the filter leaves one of two out': upload(file('left-out.txt'), file('a.txt')),
    'the filter leaves a type out': upload(
      file('a.txt', 'some text here', 'application/x-left-out')
    ),
    'the filter lets an image pass': async () => upload(await picture()),
    'a hook throws': upload(file('thrown.txt')),
    'a hook renames': upload(file('renamed.txt')),
    'a file is too small': upload(file('a.txt', 'five5')),
    // Both files have the same name, because the built-in stores them in parallel and answers in any order.
    'there are as many files as may be': upload(file('a.txt'), file('a.txt')),
    'there are too many files': upload(file('a.txt'), file('b.txt'), file('c.txt')),
  }),
  differences: [
    {
      cases: ['a file is too small'],
      paths: ['0.body.error', '0.status 500→400', 'temp'],
      reason: 'It is the client that is told, and nothing stays behind.',
    },
    {
      cases: ['there are too many files'],
      paths: [
        '0.body',
        '0.status 201→413',
        'disk',
        'rows.files',
        'rows.files_folder_lnk',
        'rows.upload_folders',
        'store.plugin_upload_api-folder',
      ],
      reason:
        'The formidable of Strapi (2.1) does not know this option yet; later versions refuse more files.',
      restore: 'Leave maxFiles out.',
    },
  ],
};
