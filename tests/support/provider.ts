import type { Server, ServerOptions } from './server';
import { pluginsWith } from './config';

/** A call of a provider method, as a provider of {@link providerWith} records it. */
export interface Call {
  method: string;
  /** The file that the method received, without its bytes. */
  file: Record<string, unknown>;
  /** The old file, which only `replace` and `replaceStream` get. */
  old?: Record<string, unknown>;
  /** How the method received the bytes. */
  as?: 'stream' | 'buffer';
  options?: unknown;
}

/** The methods of Strapi's provider interface, as the code of a package. The bucket is in memory. */
const METHODS = {
  upload: `async upload(file, options) { await note('upload', { file, options }); store(file, file.buffer); }`,
  uploadStream: `async uploadStream(file, options) {
    await note('uploadStream', { file, options });
    store(file, await read(file.stream));
  }`,
  replace: `async replace(file, old, options) {
    await note('replace', { file, old, options });
    store(file, file.buffer);
  }`,
  replaceStream: `async replaceStream(file, old, options) {
    await note('replaceStream', { file, old, options });
    store(file, await read(file.stream));
  }`,
  delete: `async delete(file, options) { await note('delete', { file, options }); bucket.delete(keyOf(file)); }`,
  checkFileSize: `checkFileSize(file, options) {
    note('checkFileSize', { file, options });
    if (file.sizeInBytes > 1000) {
      throw Object.assign(new Error(file.name + ' is too much for this provider'), { status: 413, expose: true });
    }
  }`,
  isPrivate: `isPrivate() { return true; }`,
  getSignedUrl: `async getSignedUrl(file, options) {
    await note('getSignedUrl', { file, options });
    return { url: file.url + '?signature=' + ++globalThis.signatures };
  }`,
};

type MethodName = keyof typeof METHODS;

const moduleWith = (methods: MethodName[]) => `
  const bucket = (globalThis.bucket = new Map());
  const calls = (globalThis.calls = []);
  globalThis.signatures = 0;
  globalThis.started = 0;
  const keyOf = ({ path, hash, ext }) => (path ? path + '/' : '') + hash + ext;
  const facts = ({ stream, buffer, getStream, ...told }) => structuredClone(told);
  async function note(method, { file, old, options }) {
    const as = file.stream ? 'stream' : file.buffer ? 'buffer' : undefined;
    calls.push({ method, file: facts(file), old: old && facts(old), as, options });
    await globalThis.beforeCall?.(method, file);
  }
  async function read(stream) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  function store(file, bytes) {
    bucket.set(keyOf(file), bytes);
    file.url = 'https://bucket.example/' + keyOf(file);
  }
  module.exports = { init: (options) => {
    globalThis.started += 1;
    globalThis.options = options;
    return { ${methods.map((name) => METHODS[name]).join(',\n')} };
  } };`;

/** Options of a project whose provider is a separate package. The provider has these methods and `delete`. */
export function providerWith(
  methods: MethodName[],
  config: Record<string, unknown> = {}
): ServerOptions {
  return {
    files: {
      'modules/test-provider/index.js': moduleWith([...methods, 'delete']),
      'config/plugins.js': pluginsWith({ provider: 'test-provider', ...config }),
    },
  };
}

interface Recorded {
  calls: Call[];
  bucket: Map<string, Uint8Array>;
}

/** The calls of the provider since the last call of this function. */
export const callsOf = (server: Server): Promise<Call[]> =>
  server.inside(() => (globalThis as unknown as Recorded).calls.splice(0));

/** Contents of the bucket: the stored texts by key. */
export const bucketOf = (server: Server): Promise<Record<string, string>> =>
  server.inside(() =>
    Object.fromEntries(
      [...(globalThis as unknown as Recorded).bucket].map(([key, bytes]) => [
        key,
        Buffer.from(bytes).toString(),
      ])
    )
  );
