import { createClient } from '../generated/index.js';

/** The address of the server is the one that the SDK was generated for. */
export const alyx = createClient();
