import { expect } from 'vitest';
import type { RequestOptions } from './files-api.ts';
import type { Requests } from './tus.ts';

export interface SignedJson {
  readonly url: string;
  readonly token: string;
  readonly expires_at: string;
}

export function askToSign(
  app: Requests,
  file: { readonly bucket: string; readonly id: string },
  query = '',
  options: RequestOptions = {},
): Promise<Response> {
  return app.request(`/api/files/${file.bucket}/${file.id}/sign${query}`, options);
}

/** A link that must be granted. */
export async function sign(...request: Parameters<typeof askToSign>): Promise<SignedJson> {
  const response = await askToSign(...request);
  expect(response.status).toBe(200);
  return (await response.json()) as SignedJson;
}
