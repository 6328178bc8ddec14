import { hkdfSync } from 'node:crypto';
import type { SigningKey } from './url-signer';

/** The purpose of the derived secrets, so that no other use of the app's keys derives the same secrets. */
const INFO = 'strapi-upload private files';

/** Number of bytes of a secret (as many as the hash has), and of a key's id (enough to be unique). */
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/**
 * Derives keys from the keys of the app (`app.keys` of `config/server`), in the same order (HKDF, RFC 5869). The first
 * key signs. All keys in the list verify.
 */
export function keysFromApp(appKeys: readonly string[]): SigningKey[] {
  return appKeys.map((appKey) => ({
    id: derive(appKey, `${INFO}: id`, ID_BYTES).toString('hex'),
    secret: derive(appKey, INFO, SECRET_BYTES),
  }));
}

const derive = (secret: string, info: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', info, bytes));
