import { areKin } from './families';

/** Types whose files have no mark of their own: streams that can begin anywhere or with anything. */
const UNMARKED = /^(audio\/(mpeg|mp3|aac|x-aac|e?ac3|vnd\.dolby\.dd-raw)|video\/(mpeg|mp2t))$/;

/** Whether the first bytes of a file always show this type. If they do not, the name proves nothing. */
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
