import { liveAnswer, readyAnswer } from './file-shapes.ts';
import type { Operation } from './operation.ts';

const tag = 'Operating';
const access = 'public';

export const SYSTEM_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    url: '/health/live',
    tag,
    access,
    summary: 'The process answers',
    success: [{ status: 200, description: 'It does', body: { kind: 'json', shape: liveAnswer } }],
  },
  {
    method: 'get',
    url: '/health/ready',
    tag,
    access,
    summary: 'The database and every backend in use answer',
    success: [200, 503].map((status) => ({
      status,
      description: status === 200 ? 'They do' : 'Some do not',
      body: { kind: 'json', shape: readyAnswer } as const,
    })),
  },
  {
    method: 'get',
    url: '/metrics',
    tag,
    access,
    summary: 'Figures for Prometheus',
    success: [{ status: 200, description: 'The figures', body: { kind: 'bytes', mediaType: 'text/plain' } }],
  },
];
