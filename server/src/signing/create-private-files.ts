import type { Core } from '@strapi/strapi';
import type { UploadConfig } from '../config';
import { PrivateFiles, plainAddress } from './private-files';
import { keysFromApp } from './signing-keys';
import { UrlSigner, type SigningKey } from './url-signer';

/**
 * Creates the signing of private files from the configuration. Default keys are derived from the project's `app.keys`.
 *
 * @throws Error if there is no secret to sign with
 */
export function createPrivateFiles(strapi: Core.Strapi, config: UploadConfig): PrivateFiles {
  const { private: settings } = config;
  const signer = signerOf(strapi, config);
  if (!signer) {
    throw new Error(
      'There is no secret for signing the URLs of private files. Set app.keys in config/server, or private.keys in the upload configuration.'
    );
  }
  return new PrivateFiles({
    signer,
    expiresIn: settings.expiresIn,
    clientAddress() {
      const address = settings.bindAddress ? strapi.requestContext.get()?.request.ip : undefined;
      return address === undefined ? undefined : plainAddress(address);
    },
  });
}

/** Returns the signer of URLs; null if there is no secret to sign with. */
export function signerOf(
  strapi: Core.Strapi,
  { private: settings }: UploadConfig
): UrlSigner | null {
  const appKeys = strapi.config.get<string[]>('server.app.keys', []);
  const [first, ...others]: SigningKey[] = settings.keys ?? keysFromApp(appKeys);
  return first ? new UrlSigner([first, ...others]) : null;
}
