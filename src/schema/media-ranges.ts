import { z } from 'zod';

/** RFC 9110 section 8.3.1: `type/subtype` of tokens; or `type/*`, or all of them. */
const MEDIA_RANGE = /^(?:\*\/\*|[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+))$/;

const mediaRange = z
  .string()
  .regex(MEDIA_RANGE, { error: 'must be a media type like image/png, image/* or */*' });

/** `allowed_types`, lower-cased; null for every type. */
export const mediaRanges = z
  .array(mediaRange)
  .min(1)
  .optional()
  .transform((written) => {
    if (written === undefined || written.includes('*/*')) return null;
    return [...new Set(written.map((range) => range.toLowerCase()))];
  });
