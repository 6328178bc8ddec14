import type { Server } from './server';

/**
 * Ends the thread for pictures as soon as it works on some, as running out of memory would.
 *
 * @returns how many it was at
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
