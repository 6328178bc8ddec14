import { pluginsWith } from '../../support/config';
import { cases, file, get, head, postForm, type Step } from '../harness/case';
import * as pictures from '../harness/pictures';
import { extensionWith, type ProjectWithCode } from './project';

/** A provider whose files have URLs on another server, which no case asks. */
const PROVIDER = `
  const { buffer } = require('node:stream/consumers');
  module.exports = { init: () => {
    const urlOf = ({ hash, ext }) => 'https://bucket.example/' + hash + ext;
    return {
      async uploadStream(file) { await buffer(file.stream); file.url = urlOf(file); },
      async upload(file) { file.url = urlOf(file); },
      async delete() {},
    };
  } };`;

const text = postForm('/api/upload', file('far.txt', 'far away'));
const picture = async () =>
  postForm('/api/upload', file('far.png', await pictures.drawing(), 'image/png'));

/** A request to the Strapi server for the file that the first step has stored. */
const here =
  (request: typeof get, query = ''): Step =>
  (seen) =>
    request(`/uploads/${seen.url(0).split('/').at(-1)}${query}`);

const FOUND = {
  'asks the Strapi server for a file of another provider': [text, here(get)],
  'asks it for the head': [text, here(head)],
  'asks it for a text with a width': [text, here(get, '?width=100')],
  'asks it for a picture': [picture, here(get)],
};

const MISSING = {
  'asks the Strapi server for a file that is not there': [
    text,
    get('/uploads/none_0123456789.txt'),
  ],
  'asks it for a picture that is not there': [text, get('/uploads/none_0123456789.png?width=100')],
};

/** A project whose files another provider than the local disk keeps. */
export const remote: ProjectWithCode = {
  name: 'with another provider',
  files: ({ builtin }) => ({
    ...extensionWith(builtin, ''),
    'modules/far-provider/index.js': PROVIDER,
    'config/plugins.js': pluginsWith({ provider: 'far-provider' }),
  }),
  cases: cases({ ...FOUND, ...MISSING }),
  differences: [
    {
      cases: Object.keys(FOUND),
      paths: [
        '1.body',
        '1.headers.accept-ranges',
        '1.headers.cache-control',
        '1.headers.content-type',
        '1.headers.location',
        '1.status 404→302',
      ],
      reason:
        'Front ends put the parameters of a variant on the URL of the Strapi server. There, what is not transformed is a redirect to the file.',
    },
    {
      cases: Object.keys(MISSING),
      paths: ['1.headers.accept-ranges'],
      reason: 'There are no ranges of what is not there.',
    },
  ],
};
