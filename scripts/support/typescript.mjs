import { createRequire } from 'node:module';
import { transformFileSync } from '@swc/core';

const require = createRequire(import.meta.url);

/**
 * Loads a file of TypeScript and the files that it imports, each compiled when it is needed: the oldest Node.js that is
 * allowed cannot load TypeScript by itself.
 *
 * @param file absolute path
 * @returns what the file exports
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
