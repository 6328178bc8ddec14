import { errors } from '../../util/strapi-utils';
import { humanSize } from '../../util/units';
import type { ProviderFile, UploadProvider } from './interface';

type Method = (...args: unknown[]) => unknown;

/** Methods that take two files before their options. */
const TWO_FILES = new Set(['replace', 'replaceStream']);

/** Default methods of a provider. They are on the prototype of the provider, not among its own keys (Strapi 5.54). */
const DEFAULTS = {
  checkFileSize(file: ProviderFile, { sizeLimit }: { sizeLimit: number }): void {
    const bytes = file.sizeInBytes ?? Number(file.size) * 1000;
    if (bytes > sizeLimit) {
      throw new errors.PayloadTooLargeError(
        `${file.name} exceeds size limit of ${humanSize(sizeLimit)}.`
      );
    }
  },
  isPrivate: () => false,
  getSignedUrl: (file: ProviderFile) => file,
  /** Adds methods to the provider, or replaces existing methods. */
  extend(methods: object): void {
    Object.assign(this, methods);
  },
};

/**
 * Wraps the object that a provider package has created, as Strapi does: each method gets the options that the project
 * configured for it, unless the caller passes others. Methods of classes are included.
 *
 * @throws Error if the provider lacks a required method
 */
export function withDefaults(
  name: string,
  made: object,
  actionOptions: Record<string, unknown>
): UploadProvider {
  const provider: UploadProvider & Record<string, unknown> = Object.create(DEFAULTS);
  for (const [key, value] of members(made)) {
    provider[key] =
      typeof value === 'function' ? withOptions(key, value.bind(made), actionOptions[key]) : value;
  }
  if (!provider.delete) {
    throw new Error(`The upload provider "${name}" doesn't implement the delete method.`);
  }
  if (!provider.upload && !provider.uploadStream) {
    throw new Error(
      `The upload provider "${name}" doesn't implement the uploadStream nor the upload method.`
    );
  }
  if (!provider.uploadStream) {
    process.emitWarning(
      `The upload provider "${name}" doesn't implement the uploadStream function. Strapi will fallback on the upload method. Some performance issues may occur.`
    );
  }
  return provider;
}

function withOptions(key: string, method: Method, options: unknown): Method {
  const position = TWO_FILES.has(key) ? 2 : 1;
  return (...args) => {
    const given = Array.from({ length: position }, (_, index) => args[index]);
    return method(...given, args[position] ?? options, ...args.slice(position + 1));
  };
}

/**
 * Returns own and inherited members of an object, also methods of classes. A member hides members of the same name
 * further up the prototype chain.
 */
function members(made: object): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (let at = made; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const key of Object.getOwnPropertyNames(at)) {
      if (key !== 'constructor' && !found.has(key)) {
        found.set(key, (made as Record<string, unknown>)[key]);
      }
    }
  }
  return found;
}
