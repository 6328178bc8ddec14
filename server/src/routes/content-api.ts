import { z } from '../util/strapi-utils';
import { file, files, named, page, parameters } from './schemas';

/**
 * The routes of the content API, below `/api/upload`. `request` and `response` describe the routes for Strapi's OpenAPI
 * generator. Projects may change the list through `plugin.routes['content-api'].routes`.
 */
export default () => [
  {
    method: 'POST' as const,
    path: '/',
    handler: 'content-api.upload',
    request: { query: { id: named.optional() } },
    response: z.union([file, files]),
  },
  {
    method: 'GET' as const,
    path: '/files',
    handler: 'content-api.find',
    request: { query: parameters.many },
    response: files,
  },
  {
    method: 'GET' as const,
    path: '/files/page',
    handler: 'content-api.findPage',
    request: { query: parameters.many },
    response: page,
  },
  {
    method: 'GET' as const,
    path: '/files/:id',
    handler: 'content-api.findOne',
    request: { params: { id: named }, query: parameters.one },
    response: file,
  },
  {
    method: 'DELETE' as const,
    path: '/files/:id',
    handler: 'content-api.destroy',
    request: { params: { id: named } },
    response: file,
  },
];
