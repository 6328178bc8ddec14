import type { Locator, Page } from 'playwright-core';
import type { Server } from '../support/server';
import { chooseFiles, type ChosenFile } from './admin-panel';

/** The Media Library in the browser: its visible parts, and what a user can do there. */
export class MediaLibrary {
  /** The drawer with the details of one file. */
  readonly details: Locator;
  /** The list of uploads that run or have ended. */
  readonly uploads: Locator;
  private readonly main: Locator;

  constructor(
    private readonly page: Page,
    private readonly server: Server
  ) {
    this.main = page.getByRole('main');
    this.details = page.getByRole('dialog', { name: 'File details' });
    this.uploads = page.getByRole('dialog', { name: /upload/i });
  }

  /** Loads the Media Library again, and waits until its files are shown. */
  async open(): Promise<void> {
    await this.page.goto(`${this.server.url}/admin/plugins/upload`);
    await this.main.getByRole('heading', { name: /^Home/ }).waitFor();
    await this.page.waitForLoadState('networkidle');
  }

  /** The tile that shows a file or folder. */
  tile(name: string): Locator {
    return this.main
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('checkbox', { name: `Select ${name}`, exact: true }) });
  }

  /** Names of the shown files and folders, in the order in which the page shows them. */
  async names(): Promise<string[]> {
    const boxes = await this.main.getByRole('listitem').getByRole('checkbox').all();
    const labels = await Promise.all(boxes.map((box) => box.getAttribute('aria-label')));
    return labels.map((label) => label!.replace('Select ', ''));
  }

  /** Clicks "New" and "File upload", and chooses files in the dialog that opens. */
  async startUpload(files: ChosenFile[]): Promise<void> {
    await chooseFiles(this.page, files, async () => {
      await this.new('File upload');
    });
  }

  /** Uploads files and waits until the page shows all of them. */
  async upload(...files: ChosenFile[]): Promise<void> {
    await this.startUpload(files);
    await this.uploaded(files);
  }

  /** Drags files over the list of files, as a user does from the desktop. */
  async drag(files: ChosenFile[]): Promise<{ drop(): Promise<void> }> {
    const dataTransfer = await this.page.evaluateHandle(
      (sent) => {
        const transfer = new DataTransfer();
        for (const { name, mimeType, base64 } of sent) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type: mimeType }));
        }
        return transfer;
      },
      files.map(({ buffer, ...file }) => ({ ...file, base64: buffer.toString('base64') }))
    );
    const target = this.main.getByRole('list').first();
    const event = (type: string) => target.dispatchEvent(type, { dataTransfer });
    const overlay = this.page.getByText('Drop here to upload to');
    // Repeat the events, as a mouse over the list does. A list that was just rendered again has missed earlier events.
    for (let tries = 0; tries < 20 && !(await overlay.isVisible()); tries += 1) {
      await event('dragenter');
      await event('dragover');
      await overlay.waitFor({ timeout: 500 }).catch(() => {});
    }
    return {
      drop: async () => {
        await event('drop');
        await this.uploaded(files);
      },
    };
  }

  async createFolder(name: string): Promise<void> {
    await this.new('New folder');
    const dialog = this.page.getByRole('dialog', { name: /^New folder/ });
    await dialog.getByLabel('Folder name').fill(name);
    await dialog.getByRole('button', { name: 'Create folder' }).click();
    await this.tile(name).waitFor();
  }

  /** Opens a folder in the tree of folders beside the list of files. */
  async openFolder(name: string): Promise<void> {
    const tree = this.page.getByRole('navigation', { name: 'Media library folders' });
    await tree.getByRole('button', { name, exact: true }).click();
    await this.main.getByRole('heading', { name: new RegExp(`^${name} `) }).waitFor();
  }

  /** Chooses an item in the menu of a tile. */
  async act(name: string, action: string): Promise<void> {
    await this.tile(name).getByRole('button', { name: 'More actions' }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** Opens the details of a file. */
  async openDetails(name: string): Promise<void> {
    await this.tile(name).getByRole('button', { name, exact: true }).click();
    await this.details.getByLabel('File name').waitFor();
  }

  async sortBy(order: string): Promise<void> {
    const sorted = this.page.waitForResponse((response) =>
      response.url().includes('/upload/files')
    );
    await this.main.getByRole('button', { name: /^Sort:/ }).click();
    await this.page.getByRole('menuitemradio', { name: order }).click();
    await sorted;
    // The menu stays open and blocks the page behind it, so close the menu.
    await this.page.keyboard.press('Escape');
    await this.main.waitFor();
  }

  private async new(what: string): Promise<void> {
    await this.main.getByRole('button', { name: 'New', exact: true }).click();
    await this.page.getByRole('menuitem', { name: what, exact: true }).click();
  }

  private async uploaded(files: ChosenFile[]): Promise<void> {
    const done = this.page.getByRole('dialog', { name: 'Upload successful!' });
    await done.waitFor();
    await done.getByRole('button', { name: 'Close' }).click();
    for (const { name } of files) {
      await this.tile(name).waitFor();
    }
  }
}
