import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** How many bytes of an upload are really there: without `durable`, a power loss may have taken some. */
export async function safeOffset(context: UploadsContext, upload: Upload): Promise<number> {
  return upload.offset === 0 ? 0 : Math.min(upload.offset, await context.staging.size(upload.id));
}
