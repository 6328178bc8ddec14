import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run } from '../../../server/src/cli';

const EXTENSIONS = 'src/extensions/upload';
const JS_FILE = `${EXTENSIONS}/strapi-server.js`;
const TS_FILE = `${EXTENSIONS}/strapi-server.ts`;
const JS_CODE = "module.exports = require('strapi-upload/extension');\n";
const TS_CODE = "import extension from 'strapi-upload/extension';\n\nexport default extension;\n";
const JS_PROJECT = {
  'package.json': manifest({ dependencies: { '@strapi/strapi': '5.54.0', 'strapi-upload': '1' } }),
  'src/index.js': '',
};
const TS_PROJECT = { ...JS_PROJECT, 'tsconfig.json': '{}' };

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-cli-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

function manifest(content: object): string {
  return JSON.stringify({ name: 'project', ...content });
}

/** Writes files. The keys are paths in the temporary folder. */
async function write(files: Record<string, string>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(cwd, file)), { recursive: true });
    await writeFile(path.join(cwd, file), content);
  }
}

/** The content of every file in the temporary folder and the names of its folders, to compare before and after. */
async function snapshot(): Promise<Record<string, string>> {
  const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
  const contents = entries.map(async (entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const content = entry.isFile() ? await readFile(file, 'utf8') : '(folder)';
    return [path.relative(cwd, file).split(path.sep).join('/'), content] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

async function cli(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    cwd,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('strapi-upload init', () => {
  it('adds the JavaScript extension file, and nothing else, to a JavaScript project', async () => {
    await write(JS_PROJECT);
    const before = await snapshot();

    const { code, err } = await cli('init');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(await snapshot()).toEqual({
      ...before,
      'src/extensions': '(folder)',
      [EXTENSIONS]: '(folder)',
      [JS_FILE]: JS_CODE,
    });
  });

  it('adds the TypeScript extension file to a project with a tsconfig.json', async () => {
    await write(TS_PROJECT);

    const { code, err } = await cli('init');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    const after = await snapshot();
    expect(after[TS_FILE]).toBe(TS_CODE);
    expect(after).not.toHaveProperty([JS_FILE]);
  });

  it('keeps the other extension files of the project', async () => {
    const schema = `${EXTENSIONS}/content-types/file/schema.json`;
    await write({ ...JS_PROJECT, [schema]: '{ "info": {} }' });

    expect((await cli('init')).code).toBe(0);

    expect(await snapshot()).toMatchObject({ [schema]: '{ "info": {} }', [JS_FILE]: JS_CODE });
  });

  it('names the created file, the next steps and the way back', async () => {
    await write(JS_PROJECT);

    const { out } = await cli('init');

    expect(out).toContain(`Created ${JS_FILE}`);
    expect(out).toContain('npm run build');
    expect(out).toContain('npm run develop');
    expect(out).toContain(`delete ${JS_FILE}`);
    expect(out).toContain('npm uninstall strapi-upload');
  });

  it('accepts @strapi/strapi among the devDependencies', async () => {
    await write({
      ...JS_PROJECT,
      'package.json': manifest({
        dependencies: { 'strapi-upload': '1' },
        devDependencies: { '@strapi/strapi': '^5.0.0' },
      }),
    });

    expect((await cli('init')).code).toBe(0);
  });

  it.each([
    ['JavaScript', JS_PROJECT],
    ['TypeScript', TS_PROJECT],
  ])('changes nothing when it runs a second time in a %s project', async (_, project) => {
    await write(project);
    await cli('init');
    const before = await snapshot();

    const { code, out, err } = await cli('init');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('nothing was changed');
    expect(await snapshot()).toEqual(before);
  });

  it.each(['js', 'ts', 'mjs', 'cjs'])(
    'finds a strapi-server.%s that uses the extension and changes nothing',
    async (ending) => {
      const project = ending === 'ts' ? TS_PROJECT : JS_PROJECT;
      await write({ ...project, [`${EXTENSIONS}/strapi-server.${ending}`]: JS_CODE });
      const before = await snapshot();

      expect((await cli('init')).code).toBe(0);

      expect(await snapshot()).toEqual(before);
    }
  );

  it('says so when the file that uses the extension has a name Strapi does not load', async () => {
    await write({ ...JS_PROJECT, [`${EXTENSIONS}/strapi-server.mjs`]: JS_CODE });

    expect((await cli('init')).err).toContain('Rename it to strapi-server.js');
  });
});

describe('strapi-upload init beside an extension file of the project', () => {
  it.each(['js', 'ts', 'mjs', 'cjs'])(
    'leaves a foreign strapi-server.%s byte for byte and exits with 1',
    async (ending) => {
      const file = `${EXTENSIONS}/strapi-server.${ending}`;
      await write({ ...JS_PROJECT, [file]: '// mine\r\n\texport default (p) => p' });
      const before = await snapshot();

      const { code, err } = await cli('init');

      expect(code).toBe(1);
      expect(err).toContain(`${file} already exists, so nothing was changed`);
      expect(await snapshot()).toEqual(before);
    }
  );

  it('does not write through a link of that name whose target is missing', async () => {
    await write({ ...JS_PROJECT, [`${EXTENSIONS}/.gitkeep`]: '' });
    await symlink(path.join(cwd, 'missing.js'), path.join(cwd, JS_FILE));
    const before = await snapshot();

    expect((await cli('init')).code).toBe(1);

    expect(await snapshot()).toEqual(before);
  });

  it('shows JavaScript that calls strapi-upload before the changes of the project', async () => {
    await write({ ...JS_PROJECT, [JS_FILE]: 'module.exports = (plugin) => plugin;' });

    const { err } = await cli('init');

    expect(err.replace(/^ {2}/gm, '')).toContain(
      [
        "const upload = require('strapi-upload/extension');",
        '',
        'module.exports = (plugin) => {',
        '  plugin = upload(plugin);',
        '  /* your changes here */',
        '  return plugin;',
        '};',
      ].join('\n')
    );
  });

  it('shows TypeScript that calls strapi-upload before the changes of the project', async () => {
    await write({ ...TS_PROJECT, [TS_FILE]: 'export default (plugin) => plugin;' });

    const { err } = await cli('init');

    expect(err.replace(/^ {2}/gm, '')).toContain(
      [
        "import upload from 'strapi-upload/extension';",
        '',
        'export default (plugin: any) => {',
        '  plugin = upload(plugin);',
        '  /* your changes here */',
        '  return plugin;',
        '};',
      ].join('\n')
    );
  });

  it('has nothing to do once the shown code is in the file', async () => {
    await write({ ...JS_PROJECT, [JS_FILE]: 'module.exports = (plugin) => plugin;' });
    const { err } = await cli('init');
    const code = err.slice(err.indexOf('const upload'));
    await write({ [JS_FILE]: code });

    expect((await cli('init')).code).toBe(0);

    expect((await snapshot())[JS_FILE]).toBe(code);
  });
});

describe('strapi-upload init and the dependencies of the project', () => {
  it('writes the file but asks to install strapi-upload when package.json lacks it', async () => {
    await write({
      ...JS_PROJECT,
      'package.json': manifest({ dependencies: { '@strapi/strapi': '5.54.0' } }),
    });

    const { code, err } = await cli('init');

    expect(code).toBe(0);
    expect(err).toContain('Run: npm install strapi-upload');
    expect((await snapshot())[JS_FILE]).toBe(JS_CODE);
  });

  it('asks to move strapi-upload out of the devDependencies, which Strapi ignores', async () => {
    await write({
      ...JS_PROJECT,
      'package.json': manifest({
        dependencies: { '@strapi/strapi': '5.54.0' },
        devDependencies: { 'strapi-upload': '1' },
      }),
    });

    expect((await cli('init')).err).toContain('Run: npm install --save-prod strapi-upload');
  });
});

describe('strapi-upload init outside of a Strapi 5 project', () => {
  const dependsOn = (dependencies: object) => manifest({ dependencies });

  it.each<[string, string, Record<string, string>]>([
    ['without package.json', 'no package.json', { 'src/index.js': '' }],
    ['with a broken package.json', 'not valid JSON', { 'package.json': '{', 'src/index.js': '' }],
    [
      'without @strapi/strapi',
      'does not depend on @strapi/strapi',
      { 'package.json': dependsOn({ express: '5.0.0' }), 'src/index.js': '' },
    ],
    [
      'with Strapi 4',
      'requires @strapi/strapi "^4.25.0"',
      { 'package.json': dependsOn({ '@strapi/strapi': '^4.25.0' }), 'src/index.js': '' },
    ],
    ['without src', 'no src folder', { 'package.json': JS_PROJECT['package.json'] }],
    [
      'with a file named src',
      'no src folder',
      { 'package.json': JS_PROJECT['package.json'], src: '' },
    ],
  ])('refuses a folder %s, says why and changes nothing', async (_, reason, files) => {
    await write(files);
    const before = await snapshot();

    const { code, out, err } = await cli('init');

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(reason);
    expect(await snapshot()).toEqual(before);
  });
});

describe('the strapi-upload command line', () => {
  it.each([[[]], [['--help']], [['-h']]])(
    'prints the usage, with a line for each command, for %j',
    async (argv) => {
      const { code, out, err } = await cli(...argv);

      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: strapi-upload <command>/);
      const [, commands = ''] = out.split('Commands:\n');
      const lines = (commands.split('\n\n')[0] ?? '').split('\n');
      expect(lines).toEqual([
        expect.stringMatching(/^ {2}init {2,}\S/),
        expect.stringMatching(/^ {2}regenerate {2,}\S/),
        expect.stringMatching(/^ {2}url {2,}\S/),
      ]);
    }
  );

  it('only prints the usage for init --help', async () => {
    await write(JS_PROJECT);
    const before = await snapshot();

    const { code, out } = await cli('init', '--help');

    expect(code).toBe(0);
    expect(out).toContain('Usage:');
    expect(await snapshot()).toEqual(before);
  });

  it.each(['innit', '--force', 'constructor'])(
    'refuses the unknown command %s and prints the usage as an error',
    async (name) => {
      const { code, out, err } = await cli(name);

      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(`no command "${name}"`);
      expect(err).toContain('Usage: strapi-upload <command>');
    }
  );

  it('refuses arguments that init does not know instead of ignoring them', async () => {
    await write(JS_PROJECT);
    const before = await snapshot();

    const { code, err } = await cli('init', '../other-project');

    expect(code).toBe(1);
    expect(err).toContain('no arguments, but got "../other-project"');
    expect(await snapshot()).toEqual(before);
  });

  it('turns a failure to write into one line and the exit code 1', async () => {
    await write({ ...JS_PROJECT, 'src/extensions': 'a file where a folder has to be' });

    const { code, err } = await cli('init');

    expect(code).toBe(1);
    expect(err).toMatch(/^strapi-upload init: /);
    expect(err).toMatch(/\bE[A-Z]{3,}: ./);
  });
});

describe('bin/strapi-upload.js', () => {
  /** Runs a copy of the script in the temporary folder, with the `dist` that the test made there. */
  async function bin(...argv: string[]) {
    const script = path.join(cwd, 'bin', 'strapi-upload.js');
    await cp(path.join(__dirname, '../../../bin/strapi-upload.js'), script);
    return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = execFile(process.execPath, [script, ...argv], { cwd }, (_, out, err) =>
        resolve({ code: child.exitCode, out, err })
      );
    });
  }

  it('says what to do when the package was not built', async () => {
    const { code, err } = await bin('init');

    expect(code).toBe(1);
    expect(err).toMatch(/^strapi-upload: the folder dist is missing.+\n$/);
  });

  it('hands its arguments, folder and outputs to runCli and exits with its code', async () => {
    const server = `exports.runCli = async (argv, { cwd, out, err }) => {
      out(JSON.stringify(argv));
      err(require('path').basename(cwd));
      return 3;
    };`;
    await write({ 'dist/server/index.js': server });

    const result = await bin('init', '--now');

    expect(result).toEqual({ code: 3, out: '["init","--now"]\n', err: `${path.basename(cwd)}\n` });
  });
});
