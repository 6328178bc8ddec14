import { isFetchError, useFetchClient, useNotification } from '@strapi/strapi/admin';
import { useEffect, type ComponentType } from 'react';

/** Loads a page of the admin panel. */
type LoadPage = () => Promise<{ default: ComponentType }>;

/** A route that only this plugin's server has. */
const OURS = '/upload/strapi-upload';

const WARNING = {
  type: 'warning',
  title: 'strapi-upload is not switched on.',
  message:
    "Strapi's built-in upload plugin answers here. Restart the server with this line in " +
    "src/extensions/upload/strapi-server.js: module.exports = require('strapi-upload/extension'); " +
    '(npx strapi-upload init writes it).',
  // Stays until it is closed.
  blockTransition: true,
} as const;

/**
 * Makes what a page is shown with to warn where the server side is the built-in's still: package
 * installed, extension file missing. It warns once, until the panel is loaded anew.
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
