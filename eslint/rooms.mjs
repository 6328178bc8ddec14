/**
 * ESLint rules for the rooms of `server/src` (docs/architecture.md): the order of imports between rooms, no import
 * cycles, and a limit for the number of files in a folder.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../server/src');

/** Name for the files next to the rooms, which are Strapi's lifecycle functions. */
const LIFECYCLE = 'lifecycle';

/**
 * The rooms from top to bottom. A room may import from the rooms below it. Rooms in one line do not import from each
 * other.
 */
const ORDER = [
  [LIFECYCLE],
  ['routes', 'controllers', 'middlewares', 'policies', 'services', 'content-types'],
  ['wiring'],
  ['http', 'cli'],
  ['replace', 'remove', 'regenerate'],
  ['upload'],
  ['usage', 'access'],
  ['library', 'links'],
  ['variants'],
  ['attempt'],
  ['ledger'],
  ['database'],
  ['images'],
  ['serving'],
  ['signing'],
  ['storage'],
  ['svg', 'fetch'],
  ['types'],
  ['config'],
  ['errors'],
  ['util'],
];

const LINE = new Map(ORDER.flatMap((rooms, line) => rooms.map((room) => [room, line])));

/** Maximum number of files in one folder. */
const MOST_FILES = 20;

/** How long the import graph stays valid, in ms. Editors keep this process running, and files change meanwhile. */
const FRESH = 10_000;

/** The file that a relative import names; null if it is no source file. */
function fileOf(from, specifier) {
  const to = path.resolve(path.dirname(from), specifier);
  return [`${to}.ts`, path.join(to, 'index.ts')].find((file) => existsSync(file)) ?? null;
}

/** The room of a file; null for a file that is not in `server/src`. */
function roomOf(file) {
  const [first, ...rest] = path.relative(ROOT, file).split(path.sep);
  if (first === '..') {
    return null;
  }
  return rest.length === 0 ? LIFECYCLE : first;
}

/** Calls `see` for each relative import of a file, including type imports. */
const eachImport = (see) => {
  const look = (node) => {
    const source = node.source ?? node.argument?.literal;
    if (typeof source?.value === 'string' && source.value.startsWith('.')) {
      see(source, source.value);
    }
  };
  return {
    ImportDeclaration: look,
    ImportExpression: look,
    ExportNamedDeclaration: look,
    ExportAllDeclaration: look,
    TSImportType: look,
  };
};

const order = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      unknown: '"{{room}}" is no room: name it in eslint/rooms.mjs and in docs/architecture.md.',
      upwards:
        'A file of "{{room}}" must not import from "{{other}}", which is above it or beside it (docs/architecture.md, Rooms).',
    },
  },
  create(context) {
    const room = roomOf(context.filename);
    return {
      Program(node) {
        if (!LINE.has(room)) {
          context.report({ node, messageId: 'unknown', data: { room } });
        }
      },
      ...eachImport((node, specifier) => {
        const file = fileOf(context.filename, specifier);
        const other = file && roomOf(file);
        if (other && other !== room && !(LINE.get(other) > LINE.get(room))) {
          context.report({ node, messageId: 'upwards', data: { room, other } });
        }
      }),
    };
  },
};

let graph = { made: -Infinity, imports: new Map() };

/** For each file of `server/src`, the files that it imports. */
function importGraph() {
  if (performance.now() - graph.made > FRESH) {
    const files = readdirSync(ROOT, { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(ROOT, name));
    const importsOf = (file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import\(|import)\s*'(\.[^']*)'/g)]
        .map(([, specifier]) => fileOf(file, specifier))
        .filter((one) => one !== null);
    graph = {
      made: performance.now(),
      imports: new Map(files.map((file) => [file, importsOf(file)])),
    };
  }
  return graph.imports;
}

/** The shortest import cycle through a file; null if there is none. */
function circleOf(start) {
  const imports = importGraph();
  const before = new Map();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const next of imports.get(file) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = file; at !== start; at = before.get(at)) {
          way.unshift(at);
        }
        return [start, ...way];
      }
      if (!before.has(next)) {
        before.set(next, file);
        queue.push(next);
      }
    }
  }
  return null;
}

const noCircle = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { circle: 'These files import one another in a circle: {{way}}.' },
  },
  create: (context) => ({
    Program(node) {
      const circle = circleOf(context.filename);
      if (circle) {
        const way = circle.map((file) => path.relative(ROOT, file)).join(' → ');
        context.report({ node, messageId: 'circle', data: { way } });
      }
    },
  }),
};

const folderSize = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      full: 'The folder "{{folder}}" has {{count}} files; it may have {{most}}. Find rooms for them.',
    },
  },
  create: (context) => ({
    Program(node) {
      const folder = path.dirname(context.filename);
      const files = readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort();
      // Report the folder only once, at its first file.
      if (files.length > MOST_FILES && path.basename(context.filename) === files[0]) {
        const data = { folder: path.basename(folder), count: files.length, most: MOST_FILES };
        context.report({ node, messageId: 'full', data });
      }
    },
  }),
};

export default { rules: { order, 'no-circle': noCircle, 'folder-size': folderSize } };
