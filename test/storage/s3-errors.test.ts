import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { S3Config } from '../../src/config/config.ts';
import { locationOf, s3Trouble } from '../../src/storage/s3-errors.ts';

const location = {
  backend: 'main',
  host: 's3.example.com',
  region: 'eu-west-1',
  bucket: 'alyx',
};

function answered(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('the words of the server'), { name, $metadata: { httpStatusCode } });
}

function failed(code: string): Error {
  return Object.assign(new Error('the words of the system'), { code });
}

describe('trouble with S3', () => {
  it.each([
    [answered('NoSuchBucket', 404), 'the bucket "alyx" does not exist at s3.example.com: create it'],
    [
      answered('InvalidAccessKeyId', 403),
      'refused the credentials (InvalidAccessKeyId, HTTP 403): check access_key',
    ],
    [answered('ExpiredToken', 400), 'refused the credentials'],
    [answered('SignatureDoesNotMatch', 403), 'refused the signature: check secret_key'],
    [answered('RequestTimeTooSkewed', 403), "this machine's clock is wrong"],
    [answered('AccessDenied', 403), 'denies access to the bucket "alyx"'],
    [answered('Unknown', 403), 'denies access to the bucket "alyx"'],
    [answered('AuthorizationHeaderMalformed', 400), 'is not in the region "eu-west-1"'],
    [answered('PermanentRedirect', 301), 'is not in the region "eu-west-1"'],
    [answered('SlowDown', 503), 'cannot serve just now (SlowDown, HTTP 503)'],
    [answered('Unknown', 500), 'cannot serve just now (Unknown, HTTP 500)'],
    [answered('NotImplemented', 501), 'did not answer as an S3 server does (NotImplemented, HTTP 501)'],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'no credentials were found'],
    [failed('ECONNREFUSED'), 'cannot reach s3.example.com: the connection was refused'],
    [failed('ENOTFOUND'), 'the host name is unknown'],
    [failed('EHOSTUNREACH'), 'there is no route to it'],
    [failed('ECONNRESET'), 'cut the connection'],
    [Object.assign(failed('ECONNRESET'), { name: 'TimeoutError' }), 'cut the connection'],
    [failed('EPROTO'), 'does not speak TLS'],
    [failed('DEPTH_ZERO_SELF_SIGNED_CERT'), 'is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    [Object.assign(new Error('late'), { name: 'TimeoutError' }), 'did not answer in time'],
    ['not even an error', 'did not answer as an S3 server does'],
  ])('%s is named in plain words', (error, words) => {
    const trouble = s3Trouble(error, location);
    expect(trouble).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect(trouble.message).toContain('The storage backend "main" cannot serve: ');
    expect(trouble.message).toContain(words);
  });

  it.each([answered('XMinioStorageFull', 507), answered('QuotaExceeded', 403), answered('Unknown', 507)])(
    '%s means that no space is left',
    (error) => {
      expect(s3Trouble(error, location)).toMatchObject({ code: 'STORAGE_FULL' });
    },
  );

  it('keeps what the SDK hangs on its errors out of the message and of the log', () => {
    const error = Object.assign(answered('SignatureDoesNotMatch', 403), {
      AWSAccessKeyId: 'AKIASECRET',
      StringToSign: 'AKIASECRET and more',
    });
    expect(inspect(s3Trouble(error, location), { depth: 10 })).not.toContain('AKIASECRET');
  });
});

describe('the place that is named', () => {
  it.each([
    ['https://user:pass@s3.example.com:9000/path', 's3.example.com:9000'],
    [null, 'AWS S3 in eu-west-1'],
  ])('of the endpoint %s is %s', (endpoint, host) => {
    const config = { endpoint, region: 'eu-west-1', bucket: 'alyx' } as S3Config;
    expect(locationOf('main', config)).toEqual({ ...location, host });
  });
});
