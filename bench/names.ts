/** The table that peers appear in; nothing in it is durable, as they are not. */
export const FILES = 'Files';

export const ALYX = 'Alyx';
export const ALYX_WITH_RULES = 'Alyx, rules';
export const BARE_NODE = 'bare Node';
export const FSYNC_CHAIN = 'bare Node, fsyncs for each upload';
export const POCKETBASE = 'PocketBase';
export const TUS_SERVER = '@tus/server';
