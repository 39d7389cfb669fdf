/** Where the bearer token of a request comes from. */
export interface Credentials {
  /** Null = anonymous. */
  token(): Promise<string | null>;
  /** A token in place of one that the server calls expired; null when there is none to be had. */
  renew(expired: string): Promise<string | null>;
}

/** A token made elsewhere, or a function that gives the current one. */
export type TokenSource = string | (() => string | null | Promise<string | null>);

export function fixedCredentials(source: TokenSource): Credentials {
  const token = async () => (typeof source === 'string' ? source : source());
  return {
    token,
    async renew(expired) {
      const current = await token();
      return current === expired ? null : current;
    },
  };
}
