import type { Socket } from 'node:net';
import { fromLibc } from './libc.ts';
import { descriptorOf } from './socket-descriptor.ts';

const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** Where Linux's `struct tcp_info` has what is looked at here, and how much of it that takes. */
const RETRANSMITS = 2;
const LAST_DATA_SENT = 44;
const LENGTH = 48;

type GetSocketOption = (
  socket: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: [number],
) => number;

let loading: Promise<GetSocketOption | null> | null = null;

/**
 * Whether the system has sent bytes on the connection within the last `ms`: it keeps some MB of what a server writes, and
 * only when a good part of those is gone does Node hear of it. Not what it sends a second time, because the client does
 * not say that it has it. False, too, where the system cannot tell.
 */
export async function hasSent(socket: Socket, ms: number): Promise<boolean> {
  const getSocketOption = await (loading ??= load());
  if (getSocketOption === null) return false;
  const info = Buffer.alloc(LENGTH);
  if (getSocketOption(descriptorOf(socket), IPPROTO_TCP, TCP_INFO, info, [LENGTH]) !== 0) return false;
  return info.readUInt8(RETRANSMITS) === 0 && info.readUInt32LE(LAST_DATA_SENT) < ms;
}

function load(): Promise<GetSocketOption | null> {
  return fromLibc(
    (libc) =>
      libc.func(
        'int getsockopt(int socket, int level, int option, void *value, _Inout_ uint32_t *length)',
      ) as GetSocketOption,
  );
}
