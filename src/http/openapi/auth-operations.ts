import type { ErrorCode } from '../../lib/errors.ts';
import {
  loginShape,
  logoutShape,
  meShape,
  refreshShape,
  registerShape,
  sessionShape,
  setupShape,
  statusShape,
} from '../routes/auth-shapes.ts';
import type { Operation } from './operation.ts';

const tag = 'Accounts';
const access = 'public';

const session = { kind: 'json', shape: sessionShape } as const;
const BODY_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'INVALID_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];

export const AUTH_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    url: '/api/auth/status',
    tag,
    access,
    summary: 'Whether one may register, and whether the first admin is still to be made',
    success: [{ status: 200, description: 'So it is', body: { kind: 'json', shape: statusShape } }],
  },
  {
    method: 'post',
    url: '/api/auth/register',
    tag,
    access,
    summary: 'Make an account and log in',
    body: { kind: 'json', shape: registerShape },
    success: [{ status: 201, description: 'Made', body: session }],
    errors: [...BODY_ERRORS, 'USER_EXISTS', 'REGISTRATION_CLOSED', 'RATE_LIMITED'],
  },
  {
    method: 'post',
    url: '/api/auth/login',
    tag,
    access,
    summary: 'Log in',
    body: { kind: 'json', shape: loginShape },
    success: [{ status: 200, description: 'Logged in', body: session }],
    errors: [...BODY_ERRORS, 'INVALID_CREDENTIALS', 'RATE_LIMITED'],
  },
  {
    method: 'post',
    url: '/api/auth/setup',
    tag,
    access,
    summary: 'Make the first admin with the one-time token of the start-up link',
    body: { kind: 'json', shape: setupShape },
    success: [{ status: 201, description: 'Made', body: session }],
    errors: [...BODY_ERRORS, 'USER_EXISTS', 'RATE_LIMITED'],
  },
  {
    method: 'post',
    url: '/api/auth/refresh',
    tag,
    access,
    summary: 'Change a refresh token for new tokens; each works once',
    body: { kind: 'json', shape: refreshShape },
    success: [{ status: 200, description: 'New tokens', body: session }],
    errors: [...BODY_ERRORS, 'UNAUTHORIZED', 'RATE_LIMITED'],
  },
  {
    method: 'post',
    url: '/api/auth/logout',
    tag,
    access,
    summary: 'End the session',
    body: { kind: 'json', shape: logoutShape },
    success: [{ status: 204, description: 'Ended' }],
    errors: [...BODY_ERRORS, 'UNAUTHORIZED'],
  },
  {
    method: 'get',
    url: '/api/auth/me',
    tag,
    access: 'user',
    summary: 'Who you are',
    success: [{ status: 200, description: 'You', body: { kind: 'json', shape: meShape } }],
  },
];
