import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createProject } from '../support/project';
import { startServer } from '../support/server';
import { runStrapi } from './cli';
import { withInstalled } from './installed';

interface OpenApi {
  paths: Record<string, Record<string, { parameters?: Array<{ name: string; in: string }> }>>;
}

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
      // Strapi's own description of the plugin, which leaves out GET /upload/files/page.
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

describe('strapi openapi generate', () => {
  it('describes the routes of the plugin', async () => {
    const project = await createProject();
    try {
      const file = path.join(project.dir, 'specification.json');
      await runStrapi(project, 'openapi', 'generate', '--output', file);
      const document: OpenApi = JSON.parse(await readFile(file, 'utf8'));
      expect(operationsOf(document, '/upload')).toEqual([
        'delete /upload/files/{id}',
        'get /upload/files',
        'get /upload/files/page',
        'get /upload/files/{id}',
        'post /upload',
      ]);
      const parameters = document.paths['/upload/files/page']!.get!.parameters!;
      expect(parameters.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['fields', 'populate', 'sort', 'pagination', 'filters'])
      );
    } finally {
      await project.remove();
    }
  });
});
