import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { completed, isEsModule } from './examples/completed';
import { readBlocks, type Block } from './support/blocks';
import { ROOT } from './support/pages';

/**
 * Folder for the files to compile. It is inside the repository, so that the compiler finds the package as in a project.
 */
const HOME = path.join(ROOT, '.tmp');

/**
 * The compiler's options of a new TypeScript project of Strapi, with one exception: parameters in JavaScript need no
 * types.
 */
const COMPILER = {
  strict: true,
  noImplicitAny: false,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
  module: 'NodeNext',
  target: 'ES2022',
  lib: ['ES2023', 'DOM'],
  types: ['node', '@strapi/strapi'],
};

const EXTENSIONS: Record<string, { module: string; script: string }> = {
  js: { module: '.mjs', script: '.cjs' },
  ts: { module: '.mts', script: '.ts' },
};

/** Name of the file in which an example is compiled; undefined if the example is not code of a project. */
function fileOf(block: Block, at: number): string | undefined {
  const extension = EXTENSIONS[block.language];
  return extension && `${at}${isEsModule(completed(block)) ? extension.module : extension.script}`;
}

/**
 * Compiles files and returns the compiler's messages. The messages contain the names of the examples instead of the
 * names of files.
 */
async function complaints(files: Map<string, Block>): Promise<string> {
  await mkdir(HOME, { recursive: true });
  const folder = await mkdtemp(path.join(HOME, 'documented-'));
  try {
    const config = { compilerOptions: COMPILER, files: [...files.keys()] };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [file, block] of files) {
      await writeFile(path.join(folder, file), completed(block));
    }
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const said = await promisify(execFile)(process.execPath, [tsc, '--pretty', 'false'], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error);
    return said.stdout.replace(/^\d+\.\w+/gm, (file) => files.get(file)?.name ?? file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('examples of code', () => {
  it('compile with the types of the package', async () => {
    const files = new Map<string, Block>();
    readBlocks().forEach((block, at) => {
      const file = fileOf(block, at);
      if (file) {
        files.set(file, block);
      }
    });

    expect(files.size).toBeGreaterThan(0);
    expect(await complaints(files)).toBe('');
  });
});
