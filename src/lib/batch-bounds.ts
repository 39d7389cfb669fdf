/** Bytes that are worth a system call: a socket gives 64 KiB at a time, and a call for each costs more than it moves. */
export const BATCH_SIZE = 256 * 1024;
/** As many as the system takes in one call; also bounds what chunks of one byte cost, each being an object. */
export const BATCH_CHUNKS = 1024;
