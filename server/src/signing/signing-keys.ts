import { hkdfSync } from 'node:crypto';
import type { SigningKey } from './url-signer';

/** Says what the derived secrets are for, so that no other use of the app's keys gives the same. */
const INFO = 'strapi-upload private files';

/** Bytes: those of the hash, and of a name that no two keys share. */
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/**
 * Keys derived from those of the app (`app.keys` of `config/server`), in their order: a key that is put
 * before the others signs, and those that are still in the list verify (HKDF, RFC 5869).
 */
export function keysFromApp(appKeys: readonly string[]): SigningKey[] {
  return appKeys.map((appKey) => ({
    id: derive(appKey, `${INFO}: id`, ID_BYTES).toString('hex'),
    secret: derive(appKey, INFO, SECRET_BYTES),
  }));
}

const derive = (secret: string, info: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', info, bytes));
