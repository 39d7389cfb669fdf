/** Names that a collection cannot take from the client. */
export const TAKEN_NAMES: readonly string[] = ['auth', 'storage', 'collection'];
