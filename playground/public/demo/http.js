/**
 * Sends a request and reads the answer, whatever its status. Never throws: if the server cannot be reached, the status
 * is 0.
 *
 * @returns {Promise<{ ok: boolean, status: number, statusText: string, body: unknown }>} `body` is
 *   the parsed JSON, or the text if the answer is not JSON
 */
export async function request(address, options) {
  try {
    const response = await fetch(address, options);
    const { ok, status, statusText } = response;
    return { ok, status, statusText, body: parse(await response.text()) };
  } catch (error) {
    const body = { error: { message: error.message } };
    return { ok: false, status: 0, statusText: 'No answer', body };
  }
}

/** Returns the status and the server's error message, if there is one. */
export function errorMessage({ status, statusText, body }) {
  return `${status} ${statusText}: ${body?.error?.message ?? 'no reason given'}`;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
