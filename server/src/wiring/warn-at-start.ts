import type { Core } from '@strapi/strapi';
import { unknownNames } from '../access/unknown-names';
import type { UploadConfig } from '../config';

/** Keys of `sharp` that have an effect. `limitInputPixels` stands for this plugin's `images.maxPixels`. */
const SHARP = ['cache', 'concurrency', 'limitInputPixels'];

/** Warns of settings that have less effect than their author may think. */
export async function warnAtStart(strapi: Core.Strapi, config: UploadConfig): Promise<void> {
  for (const name of await unknownNames(config, strapi)) {
    strapi.log.warn(`upload: no role or API token has the name ${name}. This name has no effect.`);
  }
  for (const key of Object.keys(config.sharp).filter((one) => !SHARP.includes(one))) {
    strapi.log.warn(
      `upload: the setting sharp.${key} has no effect. Use the settings below "images" instead.`
    );
  }
  if (config.private.bindAddress && believesClients(strapi)) {
    strapi.log.warn(
      'upload: private.bindAddress does not protect URLs, because a client can write any address into X-Forwarded-For. ' +
        'Set proxy.maxIpsCount in config/server to the number of proxies in front of Strapi.'
    );
  }
}

/**
 * Whether Koa trusts the first address in the header, which the client can write. It does so if the number of
 * proxies is not configured.
 */
function believesClients(strapi: Core.Strapi): boolean {
  const {
    koa,
    ipHeader = 'X-Forwarded-For',
    maxIpsCount = 0,
  } = (strapi.config.get('server.proxy') ?? {}) as {
    koa?: boolean;
    ipHeader?: string;
    maxIpsCount?: number;
  };
  return koa === true && ipHeader.toLowerCase() === 'x-forwarded-for' && maxIpsCount === 0;
}
