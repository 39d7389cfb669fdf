import type { S3Config } from '../config/config.ts';

/** Connections per client; whoever needs one more waits for one to come free. */
const MAX_SOCKETS = 128;

/** For everything whose answer is read at once: a connection that stands still for the idle timeout is dead. */
export function requestClient(config: S3Config) {
  return {
    ...common(config),
    requestHandler: { ...connections(config), socketTimeout: config.idleTimeout },
  };
}

/**
 * For downloads, apart from the rest since readers may hold their connections for long and idle on them. The SDK
 * counts until the headers are here; from then on `downloadStream` does, which knows whether anyone wants to read.
 */
export function downloadClient(config: S3Config) {
  return {
    ...common(config),
    requestHandler: {
      ...connections(config),
      requestTimeout: config.idleTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: 0,
    },
  };
}

function connections({ connectTimeout }: S3Config) {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return { connectionTimeout: connectTimeout, httpAgent: agent, httpsAgent: agent };
}

const CHECKSUMS = { when_required: 'WHEN_REQUIRED', when_supported: 'WHEN_SUPPORTED' } as const;

function common({ region, endpoint, accessKey, secretKey, ...config }: S3Config) {
  return {
    region,
    forcePathStyle: config.forcePathStyle,
    requestChecksumCalculation: CHECKSUMS[config.requestChecksums],
    responseChecksumValidation: CHECKSUMS[config.responseChecksums],
    retryMode: 'standard',
    maxAttempts: 3,
    // With it the SDK opens a connection of its own for every part, and waits 6 s where a server ignores it.
    expectContinueHeader: false,
    ...(endpoint === null ? {} : { endpoint }),
    ...(accessKey === null || secretKey === null
      ? {}
      : { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }),
  };
}
