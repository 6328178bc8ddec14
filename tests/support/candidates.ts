import sharp from 'sharp';
import type { Server } from './server';

/** A candidate of a `srcset`: its URL, and the width in pixels that the `srcset` states. */
export interface Candidate {
  url: string;
  width: number;
}

/** The candidates of a `srcset`, in its order. */
export const candidatesOf = (srcSet = ''): Candidate[] =>
  srcSet.split(/,\s+/).map((candidate) => {
    const [url = '', width = ''] = candidate.split(' ');
    return { url, width: Number.parseInt(width, 10) };
  });

/**
 * Requests an image and decodes it. The test fails if the answer is not 200.
 *
 * @param url address, or path on the server
 */
export async function imageAt(server: Server, url: string) {
  const answer = await fetch(new URL(url, server.url));
  expect({ url, status: answer.status }).toEqual({ url, status: 200 });
  const { width, height, format } = await sharp(await answer.arrayBuffer()).metadata();
  return { width, height, format, cacheControl: answer.headers.get('cache-control') };
}
