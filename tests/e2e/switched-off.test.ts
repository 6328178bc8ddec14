import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createProject, type Project } from '../support/project';
import { startServer, type Server } from '../support/server';
import { signUp } from './admin-panel';
import { keepScreenshot, launchBrowser } from './browser';

const WARNING = 'strapi-upload is not switched on.';

describe('the Media Library of a project with this package', () => {
  let browser: Browser;
  let project: Project;
  let server: Server;

  beforeAll(async () => {
    browser = await launchBrowser();
    project = await createProject({ adminPanel: true });
  });
  afterAll(async () => {
    await browser?.close();
    await project?.remove();
  });
  afterEach(() => server?.stop());

  const openLibrary = async (page: Page) => {
    await page.getByRole('link', { name: 'Media Library' }).click();
    await page.getByRole('heading', { name: /^Home/ }).waitFor();
    await page.waitForLoadState('networkidle');
  };

  it('warns of nothing where its server answers', async () => {
    server = await startServer({ project });
    const page = await browser.newPage();
    await signUp(page, server);
    await openLibrary(page);

    expect(await page.getByText(WARNING).count()).toBe(0);
  });

  it("names the line to add where the built-in's server answers", async () => {
    await rm(path.join(project.dir, 'src/extensions/upload'), { recursive: true });
    await rm(path.join(project.dir, '.tmp'), { recursive: true });
    server = await startServer({ project });
    const page = await browser.newPage();
    await signUp(page, server);
    await openLibrary(page);
    await page.getByText(WARNING).waitFor();
    await page.getByText("module.exports = require('strapi-upload/extension');").waitFor();
    await keepScreenshot(page, 'switched-off');

    // After the user closes the warning, it must not appear again.
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Hello Ed' }).waitFor();
    await openLibrary(page);
    expect(await page.getByText(WARNING).count()).toBe(0);
  });
});
