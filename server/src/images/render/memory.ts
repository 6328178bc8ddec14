const { port1: closed, port2: other } = new MessageChannel();
other.close();

/**
 * Frees memory at once. Any later read of these buffers finds them empty. V8 counts such memory as part of its heap,
 * and collects the whole heap after some tens of megabytes. In a Strapi server that costs as much as rendering four
 * images of 3 MP. A buffer that is transferred to a closed port is dropped (HTML standard, message port post message
 * steps).
 */
export function giveBack(buffers: ArrayBuffer[]): void {
  closed.postMessage(null, buffers);
}
