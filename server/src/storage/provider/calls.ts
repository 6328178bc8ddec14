import { buffer } from 'node:stream/consumers';
import type { ProviderFile, UploadProvider } from './interface';

/** Hands a file to a provider, as a stream where it takes one. The file must have `getStream`. */
export async function uploadTo(provider: UploadProvider, file: ProviderFile): Promise<void> {
  if (provider.uploadStream) {
    await withStream(file, () => provider.uploadStream?.(file));
  } else {
    await withBuffer(file, () => provider.upload?.(file));
  }
}

/**
 * Has a provider put a file in the place of an old one. One that cannot deletes the old file first,
 * since both may have the same key: what is lost then is lost.
 */
export async function replaceIn(
  provider: UploadProvider,
  file: ProviderFile,
  old: ProviderFile
): Promise<void> {
  if (provider.replaceStream) {
    await withStream(file, () => provider.replaceStream?.(file, old));
  } else if (provider.replace) {
    await withBuffer(file, () => provider.replace?.(file, old));
  } else {
    await provider.delete(old);
    await uploadTo(provider, file);
  }
}

async function withStream(file: ProviderFile, work: () => unknown): Promise<void> {
  const stream = open(file);
  file.stream = stream;
  // Where reading fails and the provider does not listen, it must neither hang nor end the process.
  const broken = new Promise<never>((_resolve, reject) => stream.once('error', reject));
  try {
    await Promise.race([Promise.resolve().then(work), broken]);
  } finally {
    stream.destroy();
    delete file.stream;
  }
}

async function withBuffer(file: ProviderFile, work: () => unknown): Promise<void> {
  file.buffer = await buffer(open(file));
  try {
    await work();
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
