import { bytesAt, sendFile, storeFile } from './api';
import { allowPublic, LINKING_ACTIONS, UPLOAD_ACTIONS } from './permissions';
import { sharedServer } from './shared';
import { startServer, type Server, type ServerOptions } from './server';

/** The data of a stored image, or of one of its formats, in an answer. */
export interface StoredPicture {
  id: number;
  url: string;
  ext: string;
  mime: string;
  width: number;
  height: number;
  size: number;
  formats: Record<string, StoredPicture> | null;
  [attribute: string]: unknown;
}

/** Starts a server to which everybody may upload images. */
export const startPictureServer = async (options: ServerOptions = {}) =>
  openToPictures(await startServer(options));

/** The shared server, with the permission for everybody to upload images. */
export const sharedPictureServer = async () => openToPictures(await sharedServer());

async function openToPictures(server: Server) {
  await allowPublic(server, [...UPLOAD_ACTIONS, ...LINKING_ACTIONS]);
  return {
    server,
    /** Uploads one file and expects that the server stores it. */
    async upload(name: string, content: Buffer, info: object = {}): Promise<StoredPicture> {
      return storeFile(server, name, content, { info });
    },
    bytes: (url: string) => bytesAt(server, url),
    /** Sets the configuration's `images`, and the settings of the Media Library. */
    configure: (images: object, settings: object = {}) =>
      server.inside(
        async (strapi, images, settings) => {
          strapi.config.set('plugin::upload.images', images);
          const all = {
            sizeOptimization: true,
            responsiveDimensions: true,
            autoOrientation: false,
          };
          await strapi
            .plugin('upload')
            .service('upload')
            .setSettings({ ...all, ...settings });
        },
        images,
        settings
      ),
  };
}

export const send = (server: Server, name: string, content: Buffer, info: object = {}) =>
  sendFile(server, name, content, { info });
