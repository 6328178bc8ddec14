import {
  by,
  cases,
  del,
  file,
  get,
  postForm,
  postJson,
  putJson,
  type Request,
} from '../harness/case';
import type { Caller } from '../harness/callers';

const CONTENT: Record<string, Request> = {
  'POST /api/upload': postForm('/api/upload', file('a.txt')),
  'POST /api/upload?id': postForm('/api/upload?id=1', file('a.txt')),
  'GET /api/upload/files': get('/api/upload/files'),
  'GET /api/upload/files/page': get('/api/upload/files/page'),
  'GET /api/upload/files/:id': get('/api/upload/files/1'),
  'DELETE /api/upload/files/:id': del('/api/upload/files/1'),
};

const json = (method: 'POST' | 'PUT', path: string, body: unknown = {}) =>
  method === 'POST' ? postJson(path, body) : putJson(path, body);

/** Every route of the admin API, with valid input, so that only the caller can be a reason to refuse the request. */
const ADMIN: Record<string, Request> = {
  'GET /upload/settings': get('/upload/settings'),
  'PUT /upload/settings': json('PUT', '/upload/settings', {
    sizeOptimization: true,
    responsiveDimensions: true,
  }),
  'GET /upload/configuration': get('/upload/configuration'),
  'PUT /upload/configuration': json('PUT', '/upload/configuration', {
    pageSize: 20,
    sort: 'name:ASC',
  }),
  'POST /upload': postForm('/upload', file('a.txt')),
  'POST /upload/files': postForm('/upload/files', file('a.txt')),
  'GET /upload/files': get('/upload/files'),
  'GET /upload/files/:id': get('/upload/files/1'),
  'PUT /upload/files/:id': json('PUT', '/upload/files/1', { fileInfo: { name: 'b' } }),
  'POST /upload/files/:id/replace': postForm('/upload/files/1/replace', file('a.txt')),
  'DELETE /upload/files/:id': del('/upload/files/1'),
  'GET /upload/folders': get('/upload/folders'),
  'POST /upload/folders': json('POST', '/upload/folders', { name: 'New' }),
  'GET /upload/folders/:id': get('/upload/folders/1'),
  'PUT /upload/folders/:id': json('PUT', '/upload/folders/1', { name: 'New' }),
  'GET /upload/folder-structure': get('/upload/folder-structure'),
  'POST /upload/actions/bulk-delete': json('POST', '/upload/actions/bulk-delete', { fileIds: [1] }),
  'POST /upload/actions/bulk-move': json('POST', '/upload/actions/bulk-move', {
    fileIds: [1],
    destinationFolderId: null,
  }),
  'POST /upload/actions/bulk-update': json('POST', '/upload/actions/bulk-update', {
    updates: [{ id: 1, fileInfo: { caption: 'c' } }],
  }),
  'POST /upload/actions/upload-from-urls': json('POST', '/upload/actions/upload-from-urls', {
    urls: [],
  }),
  'POST /upload/actions/generate-ai-metadata': json(
    'POST',
    '/upload/actions/generate-ai-metadata',
    { fileIds: [1] }
  ),
  'POST /upload/ai-metadata-jobs': json('POST', '/upload/ai-metadata-jobs'),
  'GET /upload/ai-metadata-jobs/latest': get('/upload/ai-metadata-jobs/latest'),
  'GET /upload/ai-metadata-jobs/pending-count': get('/upload/ai-metadata-jobs/pending-count'),
};

const asEach = (routes: Record<string, Request>, callers: Caller[]) =>
  Object.fromEntries(
    callers.flatMap((caller) =>
      Object.entries(routes).map(([name, request]) => [`${name} as ${caller}`, by(caller)(request)])
    )
  );

export const contentAccess = [
  ...cases(
    asEach(CONTENT, ['stranger', 'member', 'readOnlyToken', 'fullToken', 'customToken', 'admin'])
  ),
  ...cases(
    Object.fromEntries(
      Object.entries(CONTENT).map(([name, request]) => [`${name} as nobody`, request])
    ),
    { publicMay: [] }
  ),
  ...cases(
    { 'POST /api/upload where the public may only find': CONTENT['POST /api/upload']! },
    { publicMay: ['plugin::upload.content-api.find'] }
  ),
];

export const adminAccess = cases(
  asEach(ADMIN, [
    'public',
    'stranger',
    'fullToken',
    'powerless',
    'reader',
    'author',
    'configurator',
  ])
);
