import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ProviderFile, UploadProvider } from './interface';
import { within, type SignOfLife } from './patience';

/** A provider, and how long it may take to store a file, in ms since it last read of it. */
export interface UploadTarget {
  provider: UploadProvider;
  timeout: number | false;
}

/**
 * Hands a file to a provider, as a stream where it takes one. The file must have `getStream`.
 *
 * @throws ProviderTimeout when nobody knows whether the file is stored, or will be
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
 * Has a provider put a file in the place of an old one. One that cannot deletes the old file first,
 * since both may have the same key: what is lost then is lost.
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
  /** Its name, for people. */
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
  // Where reading fails and the provider does not listen, it must neither hang nor end the process.
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
 * Tells each time that a stream is read. Its own events and state stay what they are, and so does its class: some
 * providers ask an `fs.ReadStream` for its path.
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
