import { createRequire } from 'node:module';
import { transformFileSync } from '@swc/core';

const require = createRequire(import.meta.url);

/**
 * Loads a TypeScript file and the files that it imports, and compiles each file when it is needed. The oldest allowed
 * version of Node.js cannot load TypeScript by itself.
 *
 * @param file absolute path
 * @returns the exports of the file
 */
export function loadTypeScript(file) {
  require.extensions['.ts'] ??= (module, name) => {
    const { code } = transformFileSync(name, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
      swcrc: false,
    });
    module._compile(code, name);
  };
  return require(file);
}
