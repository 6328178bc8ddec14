import type { Page } from 'playwright-core';
import type { Server } from '../support/server';

const PASSWORD = 'Editor-pass-1';

/** A file that a user chooses. */
export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Registers the first administrator in the form that the panel shows at its first start. */
export async function signUp(page: Page, server: Server): Promise<void> {
  await page.goto(`${server.url}/admin`);
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  await field('First name').fill('Ed');
  await field('Email').fill('ed@example.org');
  await field('Password').fill(PASSWORD);
  await field('Confirm Password').fill(PASSWORD);
  await page.getByRole('button', { name: "Let's start" }).click();
  await page.getByRole('heading', { name: 'Hello Ed' }).waitFor();
  await page.getByRole('button', { name: 'Close the banner.' }).click();
}

/** How often an element is clicked until the file chooser opens, and how long it may take each time, in ms. */
const TRIES = 2;
const PATIENCE = 15_000;

/**
 * Clicks an element that opens the browser's file chooser, and chooses files there. On a busy machine, Strapi's page may
 * draw a menu anew at the moment of the click, and the click is lost. Then it is clicked again, as a user does.
 */
export async function chooseFiles(
  page: Page,
  files: ChosenFile[],
  open: () => Promise<void>
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const opened = page.waitForEvent('filechooser', { timeout: PATIENCE });
    // Its failure is awaited below, also if `open` fails first.
    opened.catch(() => {});
    await open();
    const chooser = await (tries < TRIES ? opened.catch(() => null) : opened);
    if (chooser) {
      return chooser.setFiles(files);
    }
    await page.keyboard.press('Escape');
  }
}
