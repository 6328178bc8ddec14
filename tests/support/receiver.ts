import { Readable } from 'node:stream';
import { errors } from '@strapi/utils';
import type { Attempt } from '../../server/src/attempt/attempt';
import { SideWork } from '../../server/src/attempt/side-work';
import type { StagedObject } from '../../server/src/storage/port';
import type { InspectionRules } from '../../server/src/upload/inspect/inspect';
import { receiveFiles } from '../../server/src/upload/receive/receive-files';
import { BOUNDARY } from './forms';

/** A fake attempt that stages objects in memory. `staged` holds the staged objects that were not dropped. */
class Memory implements Pick<Attempt, 'stage' | 'drop' | 'sideWork'> {
  readonly staged = new Map<StagedObject, Buffer>();
  readonly sideWork = new SideWork();

  async stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      chunks.push(chunk);
    }
    const data = Buffer.concat(chunks);
    const object = { path: '', size: data.length, sha256: '' } as StagedObject;
    this.staged.set(object, data);
    return object;
  }

  async drop(object: StagedObject): Promise<void> {
    this.staged.delete(object);
  }
}

/** A file that the receiver has read from a form. */
export interface FileOfForm {
  fieldName: string;
  originalFilename: string;
  mimetype: string;
  content: Buffer;
}

/** Result of receiving a body: its content, or `refused` with the name of the error. */
export type Received =
  | { fields: Record<string, string | string[]>; files: FileOfForm[]; refused?: undefined }
  | { refused: string };

/** Limits of a form. */
export interface FormLimits {
  fields: number;
  /** Largest size of all fields together, in bytes. */
  fieldsSize: number;
  files: number;
  /** Largest size of all files together, in bytes. */
  filesSize: number;
  /** Largest size of the headers of one part, in bytes. */
  headerSize: number;
  minimumRate: { bytesPerSecond: number; after: number };
}

/**
 * Receives a body that arrives in these chunks.
 *
 * @param sizeLimit maximum size of each file, in bytes
 * @throws Error if the receiver hangs, or if it refuses the body with an error that would lead to status 500
 */
export async function receive(
  chunks: readonly Buffer[],
  { sizeLimit, ...limits }: FormLimits & { sizeLimit: number }
): Promise<Received> {
  const memory = new Memory();
  const req = Object.assign(Readable.from(chunks, { objectMode: false }), {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    socket: {},
  });
  const rules = { sizeLimit, svg: 'keep' } as InspectionRules;
  const options = { limits, rules, batch: 'all' as const };
  try {
    const work = receiveFiles(req as never, options, memory as never as Attempt);
    const { fields, files } = await withinSeconds(5, work);
    const contents = [...memory.staged.values()];
    return {
      fields: fields as Record<string, string | string[]>,
      files: files.map(({ fieldName, originalFilename, mimetype }, at) => ({
        fieldName,
        originalFilename,
        mimetype,
        content: contents[at]!,
      })),
    };
  } catch (error) {
    if (!(error instanceof errors.ApplicationError)) {
      throw error;
    }
    return { refused: error.name };
  } finally {
    req.destroy();
  }
}

async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the receiver hangs')), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
