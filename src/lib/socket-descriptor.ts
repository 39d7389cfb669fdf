import type { Socket } from 'node:net';

/** -1 when it is closed. Node documents no way to a socket's descriptor; this one is as old as Node. */
export function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd ?? -1;
}
