/** An image of 3000 × 2000 pixels on the local disk, with the columns that the client reads. */
export const IMAGE = {
  url: '/uploads/door_1a2b3c4d5e.jpg',
  hash: 'door_1a2b3c4d5e',
  ext: '.jpg',
  mime: 'image/jpeg',
  width: 3000,
  height: 2000,
  alternativeText: 'The front door',
  focalPoint: { x: 25, y: 40.5 },
  provider: 'local',
  updatedAt: '2026-11-30T18:00:00.000Z',
};

/** `updatedAt` of {@link IMAGE} as its URLs contain it. */
export const VERSION = 'v=mx3kpc00';

/** The same image in a bucket. */
export const IN_BUCKET = {
  ...IMAGE,
  url: 'https://bucket.example.com/door_1a2b3c4d5e.jpg',
  provider: 'aws-s3',
};

/** A drawing, of which the server makes no variants. */
export const SVG = { ...IMAGE, url: '/uploads/logo.svg', ext: '.svg', mime: 'image/svg+xml' };

/** The signature in the URL of a private file. */
export const SIGNATURE = 'expires=1796000000&kid=2027&sig=abc_-';
