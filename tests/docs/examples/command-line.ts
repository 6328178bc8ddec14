import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCli } from '../../support/cli';
import { createProject, type Project } from '../../support/project';
import type { Try } from './place';
import { VARIABLES } from './project';

/** Runs `npx strapi-upload …` in a project, waits for its end and returns its output. */
async function run(command: string, project: Project): Promise<string> {
  const [npx, name, ...args] = command.split(' ');
  expect([npx, name]).toEqual(['npx', 'strapi-upload']);
  const { code, out, err } = await runCli(project, args, VARIABLES);
  if (code !== 0) {
    throw new Error(`It ended with ${code}: ${out}${err}`);
  }
  return out;
}

/** Tests `strapi-upload init` in a project that uses the built-in plugin. */
export const switchesOn: Try = async ({ code }) => {
  const project = await createProject({ builtin: true });
  try {
    await run(code, project);
    const file = path.join(project.dir, 'src/extensions/upload/strapi-server.js');
    expect(await readFile(file, 'utf8')).toBe(
      "module.exports = require('strapi-upload/extension');\n"
    );
  } finally {
    await project.remove();
  }
};

/** Tests `strapi-upload regenerate` in the project of the running server. */
export const regenerates: Try = async ({ code }, { server }) => {
  expect(await run(code, server.project)).toContain(' images were changed, 0 failed.');
};
