import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { File, Files } from 'formidable';
import { koaBody } from 'koa-body';

/** A file of a form: name of its field, name of the file, and its bytes as Latin-1. */
export type FormFile = [fieldName: string, fileName: string, content: string];

/** Result of parsing a body: its content, or `refused` with the message of the error. */
export type Parsed =
  { fields: Record<string, unknown>; files: FormFile[]; refused?: undefined } | { refused: string };

/** The parser for the routes of a Strapi project: koa-body with formidable, with the options of `strapi::body`. */
export class KoaBody {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'koa-body-'));
  readonly #middleware = koaBody({
    multipart: true,
    patchKoa: true,
    formidable: { uploadDir: this.#folder },
  });

  /** Parses a body that arrives in these chunks. */
  async parse(chunks: readonly Buffer[], boundary: string): Promise<Parsed> {
    const request: { body?: object; files?: Files; headers: object } = {
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'transfer-encoding': 'chunked',
      },
    };
    const req = Object.assign(Readable.from(chunks, { objectMode: false }), {
      method: 'POST',
      headers: request.headers,
    });
    const is = (...types: string[]) => types.flat().includes('multipart');
    try {
      await this.#middleware({ req, request, method: 'POST', is } as never, async () => {});
    } catch (error) {
      return { refused: (error as Error).message };
    }
    const files: FormFile[] = [];
    for (const [name, value] of Object.entries(request.files ?? {})) {
      for (const file of [value].flat()) {
        files.push([name, file.originalFilename ?? '', await take(file)]);
      }
    }
    // Sort the files, because formidable lists them in the order in which their last bytes were written.
    return { fields: { ...request.body }, files: files.sort() };
  }

  /** Removes the folder of the temporary files. */
  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

async function take({ filepath }: File): Promise<string> {
  const content = await readFile(filepath, 'latin1');
  await rm(filepath);
  return content;
}
