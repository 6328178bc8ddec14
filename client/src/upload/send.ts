/** How much of a request's body has been sent, in bytes. The body has the fields and the files of the form. */
export interface UploadProgress {
  loaded: number;
  total: number;
}

export interface Request {
  url: string;
  headers: Record<string, string>;
  onProgress: ((progress: UploadProgress) => void) | undefined;
  signal: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  /** The body. It is empty if the connection was lost after the status. */
  text: string;
  /** Value of the header Retry-After. */
  retryAfter: string | null;
}

/** Sends a form. Rejects if there is no answer, or after an abort. */
export const send = (form: FormData, request: Request): Promise<Answer> =>
  typeof XMLHttpRequest === 'function' ? sendByXhr(form, request) : sendByFetch(form, request);

/** Browsers and React Native tell the progress of an upload only for an XMLHttpRequest. */
const sendByXhr = (
  form: FormData,
  { url, headers, onProgress, signal }: Request
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    let status = 0;
    // If another origin does not allow a page to read this header, browsers print a warning for each attempt.
    const retryAfter = () =>
      status === 429 || status === 503 ? xhr.getResponseHeader('Retry-After') : null;
    xhr.open('POST', url);
    for (const name of Object.keys(headers)) {
      xhr.setRequestHeader(name, headers[name] ?? '');
    }
    // With a listener for the progress, browsers ask another origin for permission first.
    if (onProgress) {
      xhr.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
    }
    xhr.onreadystatechange = () => {
      // After a failure the status is 0 again.
      status = xhr.status || status;
    };
    xhr.onload = () => resolve({ status, text: xhr.responseText, retryAfter: retryAfter() });
    xhr.onerror = () =>
      status ? resolve({ status, text: '', retryAfter: null }) : reject(new Error('no answer'));
    xhr.onabort = () => reject(new Error('aborted'));
    xhr.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    xhr.send(form);
  });

async function sendByFetch(
  form: FormData,
  { url, headers, onProgress, signal }: Request
): Promise<Answer> {
  const body = onProgress ? await watched(form, onProgress) : { body: form, headers: {} };
  const response = await fetch(url, {
    method: 'POST',
    ...body,
    headers: { ...headers, ...body.headers },
    ...(signal && { signal }),
  });
  const { status } = response;
  const text = await response.text().catch((error) => {
    if (signal?.aborted) {
      throw error;
    }
    return '';
  });
  return { status, text, retryAfter: response.headers.get('Retry-After') };
}

/** Encodes a form as a stream that tells how much of it has been read. */
async function watched(form: FormData, onProgress: (progress: UploadProgress) => void) {
  const { body, headers } = new Response(form);
  const total = await lengthOf(form);
  let loaded = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      onProgress({ loaded, total });
      controller.enqueue(chunk);
    },
  });
  return {
    body: body?.pipeThrough(counter) ?? null,
    headers: { 'Content-Type': headers.get('Content-Type') ?? '' },
    // fetch requires this for a stream. The types of browsers do not have it.
    duplex: 'half',
  };
}

/** Length of an encoded form in bytes. A form with empty files is encoded to measure it, so that no file is read. */
async function lengthOf(form: FormData): Promise<number> {
  const empty = new FormData();
  let bytes = 0;
  form.forEach((value, name) => {
    if (typeof value === 'string') {
      empty.append(name, value);
    } else {
      bytes += value.size;
      empty.append(name, new Blob([], { type: value.type }), value.name);
    }
  });
  return bytes + (await new Response(empty).arrayBuffer()).byteLength;
}
