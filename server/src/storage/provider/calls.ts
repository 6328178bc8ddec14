import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ProviderFile, UploadProvider } from './interface';
import { within, type SignOfLife } from './patience';

/** A provider, and its timeout for storing a file: the time in ms since it last read from the file. */
export interface UploadTarget {
  provider: UploadProvider;
  timeout: number | false;
}

/**
 * Passes a file to a provider, as a stream if the provider accepts one. The file must have `getStream`.
 *
 * @throws ProviderTimeout after which it is unknown whether the file is or will be stored
 */
export async function uploadTo(target: UploadTarget, file: ProviderFile): Promise<void> {
  const { provider, timeout } = target;
  if (provider.uploadStream) {
    const work = () => provider.uploadStream?.(file);
    await withStream(file, { method: 'uploadStream', timeout, work });
  } else {
    const work = () => provider.upload?.(file);
    await withBuffer(file, { method: 'upload', timeout, work });
  }
}

/**
 * Makes a provider replace an old file with a new one. A provider without a method for this deletes the old file first,
 * since both may have the same key: if the upload then fails, the old file is lost.
 *
 * @throws ProviderTimeout as {@link uploadTo}
 */
export async function replaceIn(
  target: UploadTarget,
  file: ProviderFile,
  old: ProviderFile
): Promise<void> {
  const { provider, timeout } = target;
  if (provider.replaceStream) {
    const work = () => provider.replaceStream?.(file, old);
    await withStream(file, { method: 'replaceStream', timeout, work });
  } else if (provider.replace) {
    const work = () => provider.replace?.(file, old);
    await withBuffer(file, { method: 'replace', timeout, work });
  } else {
    await provider.delete(old);
    await uploadTo(target, file);
  }
}

/** A call of a provider that stores a file. */
interface StoringCall {
  /** Name of the method, for error messages. */
  method: string;
  timeout: UploadTarget['timeout'];
  work(): unknown;
}

async function withStream(
  file: ProviderFile,
  { method, timeout, work }: StoringCall
): Promise<void> {
  const stream = open(file);
  file.stream = stream;
  // If the provider does not listen for a read error, the error must neither hang the upload nor end the process.
  const broken = new Promise<never>((_resolve, reject) => stream.once('error', reject));
  try {
    await within(timeout, method, (alive) => {
      tellReads(stream, alive);
      return Promise.race([Promise.resolve().then(work), broken]);
    });
  } finally {
    stream.destroy();
    delete file.stream;
  }
}

/**
 * Calls `alive` at each read of a stream. The stream's events, state and class stay unchanged: some providers ask an
 * `fs.ReadStream` for its path.
 */
function tellReads(stream: Readable, alive: SignOfLife): void {
  const read = stream.read.bind(stream);
  stream.read = (size) => {
    alive();
    return read(size);
  };
}

async function withBuffer(
  file: ProviderFile,
  { method, timeout, work }: StoringCall
): Promise<void> {
  file.buffer = await buffer(open(file));
  try {
    await within(timeout, method, work);
  } finally {
    delete file.buffer;
  }
}

function open(file: ProviderFile) {
  if (!file.getStream) {
    throw new TypeError(`The file "${file.name}" cannot be stored: it has no getStream().`);
  }
  return file.getStream();
}
