import { z } from 'zod';
import { createContentApiRoutesFactory } from '../strapi-utils';

const id = z.number().int().positive();
/** A file's number or its documentId. */
const named = z.union([id, z.string()]);
const anyValue = z.unknown().optional();
const one = { fields: anyValue, populate: anyValue };
const many = { ...one, sort: anyValue, pagination: anyValue, filters: anyValue };

const file = z.looseObject({ id, documentId: z.string(), name: z.string(), url: z.string() });
const files = z.array(file);
const page = z.object({ data: files, meta: z.looseObject({ pagination: z.looseObject({}) }) });

/**
 * The content API, below `/api/upload`. `request` and `response` describe the routes to Strapi's
 * OpenAPI generator; projects may change the list through `plugin.routes['content-api'].routes`.
 */
export default createContentApiRoutesFactory(() => [
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
    request: { query: many },
    response: files,
  },
  {
    method: 'GET' as const,
    path: '/files/page',
    handler: 'content-api.findPage',
    request: { query: many },
    response: page,
  },
  {
    method: 'GET' as const,
    path: '/files/:id',
    handler: 'content-api.findOne',
    request: { params: { id: named }, query: one },
    response: file,
  },
  {
    method: 'DELETE' as const,
    path: '/files/:id',
    handler: 'content-api.destroy',
    request: { params: { id: named } },
    response: file,
  },
]);
