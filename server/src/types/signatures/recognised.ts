import { areKin } from './families';

/** Types whose files have no mark of their own: a stream that can begin anywhere, or with anything. */
const UNMARKED = /^(audio\/(mpeg|mp3|aac|x-aac|e?ac3|vnd\.dolby\.dd-raw)|video\/(mpeg|mp2t))$/;

/** True for a type that the first bytes of its files tell: where they do not, no name makes it one. */
export async function isRecognised(type: string): Promise<boolean> {
  const { supportedMimeTypes } = await import('file-type');
  return (
    !UNMARKED.test(type) &&
    [...supportedMimeTypes].some((known) => areKin(withoutParameters(known), type))
  );
}

function withoutParameters(type: string): string {
  const [name = ''] = type.split(';');
  return name;
}
