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

/** Clicks an element that opens the browser's file chooser, and chooses files there. */
export async function chooseFiles(
  page: Page,
  files: ChosenFile[],
  open: () => Promise<void>
): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), open()]);
  await chooser.setFiles(files);
}
