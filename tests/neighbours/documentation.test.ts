import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createProject } from '../support/project';
import { startServer } from '../support/server';
import { runStrapi } from './cli';
import { withInstalled } from './installed';

interface OpenApi {
  paths: Record<string, Record<string, { parameters?: Array<{ name: string; in: string }> }>>;
}

/** The properties of a file in an answer of the content API. */
const ANSWERED =
  `id documentId name alternativeText caption focalPoint width height formats hash ext mime size url previewUrl
  provider provider_metadata createdAt updatedAt publishedAt isUrlSigned`.split(/\s+/);

const operationsOf = ({ paths }: OpenApi, prefix: string): string[] =>
  Object.entries(paths)
    .filter(([name]) => name.startsWith(prefix))
    .flatMap(([name, methods]) => Object.keys(methods).map((method) => `${method} ${name}`))
    .sort();

describe('the documentation plugin', () => {
  it('describes the routes of the plugin', async () => {
    const server = await startServer(
      withInstalled('@strapi/plugin-documentation', { env: { NODE_ENV: 'development' } })
    );
    try {
      const file = 'src/extensions/documentation/documentation/1.0.0/full_documentation.json';
      const text = await readFile(path.join(server.project.dir, file), 'utf8');
      const document: OpenApi = JSON.parse(text);
      // The expected routes are those of Strapi's own description of the plugin, which lacks GET /upload/files/page.
      expect(operationsOf(document, '/upload')).toEqual([
        'delete /upload/files/{id}',
        'get /upload/files',
        'get /upload/files/{id}',
        'post /upload',
        'post /upload?id={id}',
      ]);
      expect(text).toContain('"cover":');
    } finally {
      await server.stop();
    }
  });
});

/** The OpenAPI description that `strapi openapi generate` writes for a project. */
async function generated(builtin: boolean): Promise<OpenApi> {
  const project = await createProject({ builtin });
  try {
    const file = path.join(project.dir, 'specification.json');
    await runStrapi(project, 'openapi', 'generate', '--output', file);
    return JSON.parse(await readFile(file, 'utf8'));
  } finally {
    await project.remove();
  }
}

/** Names of the properties of all objects in an OpenAPI description, at any depth. */
function propertiesIn(value: unknown, found = new Set<string>()): Set<string> {
  for (const [key, inner] of Object.entries((value ?? {}) as object)) {
    if (key === 'properties') {
      Object.keys(inner).forEach((name) => found.add(name));
    }
    if (typeof inner === 'object') {
      propertiesIn(inner, found);
    }
  }
  return found;
}

describe('strapi openapi generate', () => {
  let builtin: OpenApi;
  let ours: OpenApi;
  beforeAll(async () => {
    builtin = await generated(true);
    ours = await generated(false);
  });

  it('describes the routes of the plugin', () => {
    const operations = [
      'delete /upload/files/{id}',
      'get /upload/files',
      'get /upload/files/page',
      'get /upload/files/{id}',
      'post /upload',
    ];
    expect(operationsOf(ours, '/upload')).toEqual(operations);
    expect(operationsOf(builtin, '/upload')).toEqual(operations);
  });

  it.each([
    ['/upload', 'post'],
    ['/upload/files', 'get'],
    ['/upload/files/page', 'get'],
    ['/upload/files/{id}', 'get'],
    ['/upload/files/{id}', 'delete'],
  ])('describes %s %s as the built-in does, and as it answers', (route, method) => {
    const [theirs, mine] = [builtin, ours].map(({ paths }) => paths[route]![method]!);
    const parameters = (one: typeof mine) =>
      (one!.parameters ?? []).map((parameter) => ({ ...parameter, schema: undefined }));
    expect(parameters(mine)).toEqual(parameters(theirs));
    const schemaOf = (one: typeof mine, name: string) =>
      one!.parameters?.find((parameter) => parameter.name === name);
    for (const name of ['fields', 'populate', 'sort', 'pagination', 'filters']) {
      expect(schemaOf(mine, name)).toEqual(schemaOf(theirs, name));
    }
    const properties = [...propertiesIn(mine)];
    expect(properties).toEqual(expect.arrayContaining([...propertiesIn(theirs)]));
    expect(properties).toEqual(expect.arrayContaining(ANSWERED));
  });
});
