import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { sha256 } from '../support/api';
import { bytesOf, fileRows } from '../support/consistency';
import { eventually } from '../support/ledger';
import type { Server } from '../support/server';

/** The client's knowledge of one file: what the last answer said, and the changes that got no answer. */
export interface KnownFile {
  id: number;
  /** SHA-256 of the content of the last upload or replacement that the server answered. */
  sha256: string;
  /** SHA-256 of the contents with which the client tried to replace the file, if it got no answer. */
  maybe: string[];
  /** Whether the client sent a deletion that got no answer. */
  deleting: boolean;
}

/**
 * A client that creates, replaces and deletes files until its server is gone, and remembers the server's answers.
 */
export class Client {
  readonly files = new Map<number, KnownFile>();
  readonly deleted = new Set<number>();
  answers = 0;

  /** @param pictures images that the client sends as some of its files; they have formats */
  constructor(private readonly pictures: readonly Buffer[]) {}

  /** Waits until the server has answered this many more requests, for 60 s at most, because some machines are slow. */
  async answered(more: number): Promise<void> {
    const wanted = this.answers + more;
    await eventually(async () => this.answers >= wanted, `${more} more requests are answered`, 60);
  }

  /** Sends requests until one fails because the server is gone, or until `stop` is aborted. */
  async work(url: string, stop?: AbortSignal): Promise<void> {
    while (!stop?.aborted) {
      try {
        await this.step(url);
        this.answers += 1;
      } catch (error) {
        if ((error as Error).name === 'TypeError') {
          // `fetch` throws a TypeError if the connection is gone.
          return;
        }
        throw error;
      }
    }
  }

  private async step(url: string): Promise<void> {
    const idle = [...this.files.values()].filter(
      ({ maybe, deleting }) => !maybe.length && !deleting
    );
    const file = idle[Math.floor(Math.random() * idle.length)];
    const dice = Math.random();
    if (!file || dice < 0.4) {
      await this.create(url);
    } else if (dice < 0.8) {
      await this.replace(url, file);
    } else {
      await this.remove(url, file);
    }
  }

  private async create(url: string): Promise<void> {
    const { bytes, form } = this.content();
    const [created] = await answer<Array<{ id: number }>>(201, `${url}/api/upload`, form);
    const { id } = created!;
    this.files.set(id, { id, sha256: sha256(bytes), maybe: [], deleting: false });
  }

  private async replace(url: string, file: KnownFile): Promise<void> {
    const { bytes, form } = this.content();
    file.maybe = [sha256(bytes)];
    await answer(200, `${url}/api/upload?id=${file.id}`, form);
    [file.sha256, file.maybe] = [sha256(bytes), []];
  }

  private async remove(url: string, file: KnownFile): Promise<void> {
    file.deleting = true;
    await answer(200, `${url}/api/upload/files/${file.id}`, undefined, 'DELETE');
    this.files.delete(file.id);
    this.deleted.add(file.id);
  }

  /**
   * The bytes of a file, and a form with them: an image that the server stores unchanged, or bytes that are not an
   * image.
   */
  private content() {
    const picture = this.pictures[Math.floor(Math.random() * this.pictures.length * 2)];
    const bytes = picture ?? randomBytes(1000 + Math.floor(Math.random() * 200_000));
    const form = new FormData();
    form.append('files', new Blob([new Uint8Array(bytes)]), picture ? 'picture.png' : 'bytes.bin');
    return { bytes, form };
  }
}

async function answer<T>(
  expected: number,
  url: string,
  body?: FormData,
  method = 'POST'
): Promise<T> {
  const response = await fetch(url, { method, ...(body ? { body } : {}) });
  const text = await response.text();
  if (response.status !== expected) {
    throw new Error(`${method} ${url}: ${response.status} instead of ${expected}: ${text}`);
  }
  return JSON.parse(text) as T;
}

/**
 * Expects that the server has kept every change that it answered, and that each change without an answer is either
 * complete or absent. Updates the client's knowledge accordingly.
 */
export async function expectKept(server: Server, client: Client): Promise<void> {
  const rows = await fileRows(server);
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const file of client.files.values()) {
    const row = byId.get(file.id);
    if (!row) {
      expect([file.id, file.deleting]).toEqual([file.id, true]);
      client.files.delete(file.id);
      continue;
    }
    const actual = sha256(await bytesOf(server, row));
    expect([file.sha256, ...file.maybe]).toContain(actual);
    client.files.set(file.id, { ...file, sha256: actual, maybe: [], deleting: false });
  }
  for (const id of client.deleted) {
    expect(byId.has(id)).toBe(false);
  }
}

/** Images so small that optimising does not reduce them. The server stores them as sent, with one format. */
export const smallPictures = (): Promise<Buffer[]> =>
  Promise.all(
    [300, 320].map((width) =>
      sharp({ create: { width, height: 200, channels: 3, background: 'teal' } })
        .png({ palette: true, colours: 2, compressionLevel: 9 })
        .toBuffer()
    )
  );
