import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

/** A bucket that only one test uses. */
export interface Bucket {
  name: string;
  /** Returns the keys of all objects in the bucket, sorted. */
  keys(): Promise<string[]>;
}

/** Connection of the provider and the tests to the S3 server. */
export const connection = () => ({
  endpoint: process.env.S3_ENDPOINT!,
  region: process.env.S3_REGION!,
  credentials: {
    accessKeyId: process.env.S3_KEY!,
    secretAccessKey: process.env.S3_SECRET!,
  },
  forcePathStyle: true,
});

/** Makes an empty bucket. */
export async function createBucket(): Promise<Bucket> {
  const client = new S3Client(connection());
  const name = `test-${randomBytes(6).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    name,
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
      return Contents.map(({ Key }) => Key!).sort();
    },
  };
}
