import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readBody, readQuery } from '../../src/http/input.ts';
import { AppError } from '../../src/lib/errors.ts';

const shape = z.strictObject({
  name: z.string().min(1).max(5),
  role: z.enum(['user', 'admin']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  tags: z.array(z.string()).min(2).max(3).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  on: z.boolean().optional(),
  more: z.strictObject({ key: z.string() }).optional(),
  code: z.string().min(3).optional(),
  sort: z.enum(['a', 'b'], { error: 'must be a or b, as its shape says' }).optional(),
  odd: z
    .int()
    .refine((value) => value % 2 === 1, { error: 'must be odd' })
    .optional(),
});

function refusalOf(value: object, read = readBody): AppError {
  try {
    read(shape, { name: 'x', ...value });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('what is wrong with a request is said in plain words:', () => {
  it.each([
    [{ name: undefined }, 'name', 'required', 'is required'],
    [{ name: 1 }, 'name', 'invalid_type', 'must be text'],
    [{ name: '' }, 'name', 'too_small', 'must not be empty'],
    [{ name: 'longer' }, 'name', 'too_big', 'must have at most 5 characters'],
    [{ code: 'ab' }, 'code', 'too_small', 'must have at least 3 characters'],
    [{ role: 'root' }, 'role', 'invalid_value', 'must be one of: user, admin'],
    [{ limit: '0' }, 'limit', 'too_small', 'must be at least 1'],
    [{ limit: '1001' }, 'limit', 'too_big', 'must be at most 1000'],
    [{ limit: 'many' }, 'limit', 'invalid_type', 'must be a number'],
    [{ limit: '1.5' }, 'limit', 'invalid_type', 'must be a whole number'],
    [{ tags: ['a'] }, 'tags', 'too_small', 'must have at least 2 entries'],
    [{ tags: ['a', 'b', 'c', 'd'] }, 'tags', 'too_big', 'must have at most 3 entries'],
    [{ tags: 7 }, 'tags', 'invalid_type', 'must be a list'],
    [{ tags: ['a', 2] }, 'tags.1', 'invalid_type', 'must be text'],
    [{ at: 'noon' }, 'at', 'invalid_format', 'must be a time such as 2026-11-24T18:30:00Z'],
    [{ on: 'yes' }, 'on', 'invalid_type', 'must be true or false'],
    [{ more: 'x' }, 'more', 'invalid_type', 'must be a JSON object'],
    [{ more: {} }, 'more.key', 'required', 'is required'],
    [{ colour: 'red' }, 'colour', 'unknown', 'is not known here'],
    [{ sort: 'c' }, 'sort', 'invalid_value', 'must be a or b, as its shape says'],
    [{ odd: 2 }, 'odd', 'invalid', 'must be odd'],
  ])('%j', (value, field, code, message) => {
    const refusal = refusalOf(value);
    expect(refusal.details).toEqual([{ field, code, message }]);
    expect(refusal.message).toBe(`The body is not valid: ${field} ${message}.`);
  });

  it('everything at once, of a query too', () => {
    const { code, message, details } = refusalOf({ limit: '0', role: 'root' }, readQuery);
    expect({ code, message }).toEqual({
      code: 'INVALID_QUERY',
      message: 'The query is not valid: role must be one of: user, admin.',
    });
    expect(details).toHaveLength(2);
  });
});
