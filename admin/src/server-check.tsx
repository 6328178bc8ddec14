import { isFetchError, useFetchClient, useNotification } from '@strapi/strapi/admin';
import { useEffect, type ComponentType } from 'react';

/** A function that loads a page of the admin panel. */
type LoadPage = () => Promise<{ default: ComponentType }>;

/** Path of a route that only this plugin's server has. The built-in's server answers 404. */
const OURS = '/upload/strapi-upload';

const WARNING = {
  type: 'warning',
  title: 'strapi-upload is not switched on.',
  message:
    "The server uses Strapi's built-in upload plugin. Put this line into src/extensions/upload/strapi-server.js: " +
    "module.exports = require('strapi-upload/extension'); (npx strapi-upload init writes it). " +
    'Then restart the server.',
  // The message stays until the user closes it.
  blockTransition: true,
} as const;

/**
 * Wraps pages of the admin panel. A wrapped page warns the user if the server uses the built-in: the package is
 * installed, but the project has no extension file. The warning appears only once until the user reloads the panel.
 */
export function createServerCheck() {
  let warned = false;

  function ServerCheck() {
    const { get } = useFetchClient();
    const { toggleNotification } = useNotification();

    useEffect(() => {
      get(OURS).catch((error: unknown) => {
        if (!warned && isFetchError(error) && error.status === 404) {
          warned = true;
          toggleNotification(WARNING);
        }
      });
    }, [get, toggleNotification]);

    return null;
  }

  const withCheck =
    (load: LoadPage): LoadPage =>
    async () => {
      const { default: Page } = await load();
      return {
        default: () => (
          <>
            <ServerCheck />
            <Page />
          </>
        ),
      };
    };

  return { withCheck };
}
