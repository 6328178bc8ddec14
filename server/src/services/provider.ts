import type { Core } from '@strapi/strapi';
import { containerOf } from '../wiring/container';
import { replaceIn, uploadTo } from '../storage/provider/calls';
import type { ProviderFile } from '../storage/provider/interface';

/** Calls the provider for other plugins and projects. The provider writes the URL into the file object. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const provider = () => containerOf(strapi).stored.provider();
  const target = () => ({
    provider: provider(),
    timeout: containerOf(strapi).stored.providerTimeouts().upload,
  });
  return {
    /**
     * Checks the size of a file.
     *
     * @throws errors.PayloadTooLargeError when the file is larger than the project allows
     */
    async checkFileSize(file: ProviderFile): Promise<void> {
      const { sizeLimit } = containerOf(strapi).settings.config();
      await provider().checkFileSize?.(file, { sizeLimit });
    },

    upload: (file: ProviderFile): Promise<void> => uploadTo(target(), file),

    replace: (file: ProviderFile, old: ProviderFile): Promise<void> =>
      replaceIn(target(), file, old),
  };
};
