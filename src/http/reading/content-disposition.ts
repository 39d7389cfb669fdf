import { create } from 'content-disposition';

/**
 * The header that saves (`attachment`) or shows (`inline`) a file under its name; RFC 6266. A name outside of ASCII
 * goes into `filename*` (RFC 8187), beside a `filename` for those who know only that.
 */
export function contentDisposition(type: 'attachment' | 'inline', name: string): string {
  return create(name.toWellFormed(), { type });
}
