import type { S3Config } from '../config/config.ts';
import { BackendError } from './backend-error.ts';

/** What an operator needs to know again when something is wrong; nothing of it is secret. */
export interface S3Location {
  /** The backend's name in alyx.yml. */
  readonly backend: string;
  /** Where it is reached, without credentials. */
  readonly host: string;
  readonly region: string;
  readonly bucket: string;
}

export function locationOf(backend: string, config: S3Config): S3Location {
  const { endpoint, region, bucket } = config;
  const host = endpoint === null ? `AWS S3 in ${region}` : new URL(endpoint).host;
  return { backend, host, region, bucket };
}

type Explain = (location: S3Location, code: string) => string;

const missingBucket: Explain = ({ bucket, host }) =>
  `the bucket "${bucket}" does not exist at ${host}: create it (Alyx never creates buckets) or correct bucket`;
const unknownKey: Explain = ({ host }, code) =>
  `${host} refused the credentials (${code}): check access_key and secret_key`;
const badSignature: Explain = ({ host }) =>
  `${host} refused the signature: check secret_key, and that this machine's clock is right`;
const wrongClock: Explain = ({ host }) =>
  `${host} says that this machine's clock is wrong: set it, for requests are signed with the time`;
const forbidden: Explain = ({ bucket, host }) =>
  `${host} denies access to the bucket "${bucket}": check access_key and secret_key, and that they may list, read, write and delete there`;
const wrongRegion: Explain = ({ bucket, region, host }) =>
  `the bucket "${bucket}" at ${host} is not in the region "${region}": correct region or endpoint`;
const overloaded: Explain = ({ host }, code) =>
  `${host} cannot serve just now (${code}): it is overloaded or failing`;
const noCredentials: Explain = () =>
  'no credentials were found: set access_key and secret_key, or what the AWS SDK looks for in the environment';
const refused: Explain = ({ host }) =>
  `cannot reach ${host}: the connection was refused; check endpoint, and that the server runs`;
const unknownHost: Explain = ({ host }) => `cannot reach ${host}: the host name is unknown; check endpoint`;
const unreachable: Explain = ({ host }) =>
  `cannot reach ${host}: there is no route to it; check endpoint and the network`;
const cut: Explain = ({ host }) => `${host} cut the connection`;
const silent: Explain = ({ host }) => `${host} did not answer in time; check endpoint and the network`;
const untrusted: Explain = ({ host }, code) =>
  `the TLS certificate of ${host} is not trusted (${code}); give Node its authority by NODE_EXTRA_CA_CERTS`;
const notTls: Explain = ({ host }) => `${host} does not speak TLS; check the endpoint's http:// or https://`;
const notS3: Explain = ({ host }, code) =>
  `${host} did not answer as an S3 server does (${code}); check endpoint`;

const BY_CODE: Readonly<Record<string, Explain>> = {
  NoSuchBucket: missingBucket,
  InvalidAccessKeyId: unknownKey,
  InvalidToken: unknownKey,
  ExpiredToken: unknownKey,
  TokenRefreshRequired: unknownKey,
  SignatureDoesNotMatch: badSignature,
  RequestTimeTooSkewed: wrongClock,
  RequestExpired: wrongClock,
  AccessDenied: forbidden,
  AllAccessDisabled: forbidden,
  AccountProblem: forbidden,
  AuthorizationHeaderMalformed: wrongRegion,
  PermanentRedirect: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  SlowDown: overloaded,
  ServiceUnavailable: overloaded,
  InternalError: overloaded,
  CredentialsProviderError: noCredentials,
  ECONNREFUSED: refused,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNRESET: cut,
  EPIPE: cut,
  AbortError: silent,
  TimeoutError: silent,
  ETIMEDOUT: silent,
  RequestTimeout: silent,
  CERT_HAS_EXPIRED: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  EPROTO: notTls,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
};

/** For answers whose code is missing (HEAD has no body) or is a server's own. */
const BY_STATUS: Readonly<Record<number, Explain>> = {
  301: wrongRegion,
  307: wrongRegion,
  401: forbidden,
  403: forbidden,
  429: overloaded,
  500: overloaded,
  502: overloaded,
  503: overloaded,
  504: overloaded,
};

/** MinIO, Ceph and the HTTP status each have their own word for a store without space. */
const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'InsufficientStorage', 'InsufficientCapacity']);

/** Turns whatever the SDK threw into a sentence for the operator; the answer's own words stay in `cause`. */
export function s3Trouble(error: unknown, location: S3Location): BackendError {
  const { code, status, text } = describeS3Error(error);
  // Only code, status and text: the SDK hangs the access key id and the signed request on its errors,
  // and whatever is in a cause reaches the log.
  const cause = new Error(`${code}${status === undefined ? '' : ` (HTTP ${status})`}: ${text}`);
  if (FULL.has(code) || status === 507) return BackendError.full(location.backend, cause);
  const explain = BY_CODE[code] ?? (status === undefined ? undefined : BY_STATUS[status]) ?? notS3;
  const reason = explain(location, status === undefined ? code : `${code}, HTTP ${status}`);
  return BackendError.unavailable(location.backend, reason, cause);
}

export interface S3ErrorDescription {
  /** The S3 error code, the system error code or the error's name, whichever says most. */
  readonly code: string;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly text: string;
}

export function describeS3Error(error: unknown): S3ErrorDescription {
  if (!(error instanceof Error)) return { code: 'Unknown', status: undefined, text: String(error) };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  // The SDK calls a connection that was cut a TimeoutError; the system's code says it better.
  const ofSystem = typeof code === 'string' && (code in BY_CODE || !(error.name in BY_CODE));
  return {
    code: ofSystem ? code : error.name,
    status: $metadata?.httpStatusCode,
    text: error.message.split('\n', 1)[0] ?? '',
  };
}
