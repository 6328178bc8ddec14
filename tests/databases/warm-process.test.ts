import type { Core } from '@strapi/strapi';
import { startServer } from '../support/server';

/** Variables of the first project of a process, such as those of its database, must not reach the next project. */
it('a process forgets the environment of its first project', async () => {
  const killed = await startServer();
  await killed.kill();
  await killed.stop();

  const first = await startServer({ env: { OF_THE_FIRST: 'yes' } });
  expect(await first.inside(() => process.env.OF_THE_FIRST ?? null)).toBe('yes');
  const { pid } = first;
  await first.stop();

  const second = await startServer();
  try {
    expect(second.pid).toBe(pid);
    expect(await second.inside(() => process.env.OF_THE_FIRST ?? null)).toBeNull();
  } finally {
    await second.stop();
  }
});

/** Adds an attribute to the built-in's objects, and a controller to those of this plugin. */
const EXTENSION = `
  const ours = require('strapi-upload/extension');
  module.exports = (builtin) => {
    builtin.contentTypes.file.schema.attributes.ofTheFirst = { type: 'string' };
    const plugin = ours(builtin);
    plugin.controllers.ofTheFirst = () => ({});
    return plugin;
  };`;

it('a process forgets what a project has changed in plugins', async () => {
  const changes = (strapi: Core.Strapi) => [
    'ofTheFirst' in strapi.contentType('plugin::upload.file').attributes,
    'ofTheFirst' in strapi.plugin('upload').controllers,
  ];
  const first = await startServer({
    files: { 'src/extensions/upload/strapi-server.js': EXTENSION },
  });
  expect(await first.inside(changes)).toEqual([true, true]);
  const { pid } = first;
  await first.stop();

  const second = await startServer();
  try {
    expect(second.pid).toBe(pid);
    expect(await second.inside(changes)).toEqual([false, false]);
  } finally {
    await second.stop();
  }
});
