import type { Server } from './server';

/**
 * Ends the thread for images as soon as it processes at least one image, as a lack of memory would do.
 *
 * @returns number of images that the thread was processing
 */
export const endPictureThread = (server: Server): Promise<number> =>
  server.inside(async (strapi) => {
    const { renderer } = strapi.get('strapi-upload.container').images as {
      renderer: { thread: { terminate(): Promise<unknown> }; pendingJobs: Map<number, unknown> };
    };
    const until = Date.now() + 20_000;
    while (renderer.pendingJobs.size === 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const inWork = renderer.pendingJobs.size;
    await renderer.thread.terminate();
    return inWork;
  });
