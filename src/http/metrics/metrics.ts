import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BackendCall } from '../../storage/observed-backend.ts';
import type { Traffic } from './traffic.ts';

export interface BucketFigures {
  readonly bucket: string;
  readonly files: number;
  readonly bytes: number;
  readonly storedBytes: number;
  readonly reservedBytes: number;
}

/** Figures that are read when somebody asks for them, rather than kept up. */
export interface FiguresOnDemand {
  readonly buckets: () => Promise<readonly BucketFigures[]>;
  readonly unfinishedUploads: () => Promise<number>;
}

/** In seconds: from a row out of the database to the upload of a large file. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The requests with one set of labels. */
interface RequestTally {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string };
  readonly duration: Histogram.Internal<string>;
  count: number;
}

/**
 * What `/metrics` tells, in a registry of its own. Labels are bounded: routes as they are declared, buckets and
 * backends as they are configured; never an id, a path or a user. Requests are counted by plain numbers, of which
 * prom-client is told when somebody asks: it puts together a key from the labels at every call.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('alyx_http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ]);
  readonly #durations = this.#histogram('alyx_http_request_duration_seconds', 'From request to answer.', [
    'method',
    'route',
  ]);
  readonly #received = this.#counter('alyx_http_received_bytes_total', 'Bytes read from clients.', []);
  readonly #sent = this.#counter('alyx_http_sent_bytes_total', 'Bytes written to clients.', []);
  readonly #uploading = this.#gauge('alyx_uploads_in_flight', 'Requests that bring bytes just now.', []);
  readonly #backendCalls = this.#histogram('alyx_backend_duration_seconds', 'Calls of storage backends.', [
    'backend',
    'operation',
  ]);
  readonly #backendErrors = this.#counter('alyx_backend_errors_total', 'Calls that a backend failed.', [
    'backend',
    'operation',
    'code',
  ]);
  readonly #damagedReads = this.#counter(
    'alyx_damaged_reads_total',
    'Downloads broken off because the stored bytes are not what was uploaded.',
    ['bucket'],
  );
  readonly #cleanupRuns = this.#counter('alyx_cleanup_runs_total', 'Runs of the cleanup job.', []);
  readonly #cleaned = this.#counter('alyx_cleanup_removed_total', 'What the cleanup job removed.', ['chore']);
  /** By the labels, joined. */
  readonly #tallies = new Map<string, RequestTally>();
  #traffic: Traffic | null = null;

  #onScrape: () => Promise<void> = async () => undefined;

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: 'alyx_' });
  }

  /** Has these figures read at every scrape. */
  report({ buckets, unfinishedUploads }: FiguresOnDemand): void {
    const perBucket = {
      files: this.#gauge('alyx_bucket_files', 'Files in a bucket.', ['bucket']),
      bytes: this.#gauge('alyx_bucket_bytes', 'Bytes of the files in a bucket.', ['bucket']),
      storedBytes: this.#gauge('alyx_bucket_stored_bytes', 'Bytes that they take up in the backend.', [
        'bucket',
      ]),
      reservedBytes: this.#gauge('alyx_bucket_reserved_bytes', 'Bytes promised to unfinished uploads.', [
        'bucket',
      ]),
    };
    const unfinished = this.#gauge(
      'alyx_uploads_unfinished',
      'Resumable uploads that are not files yet.',
      [],
    );
    this.#onScrape = async () => {
      for (const { bucket, ...figures } of await buckets()) {
        for (const name of Object.keys(perBucket) as (keyof typeof perBucket)[]) {
          perBucket[name].set({ bucket }, figures[name]);
        }
      }
      unfinished.set(await unfinishedUploads());
    };
  }

  reportTraffic(traffic: Traffic): void {
    this.#traffic = traffic;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await this.#onScrape();
    this.#tellCounts();
    return this.#registry.metrics();
  }

  request(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${route} ${status}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      const labels = { method, route, status: String(status) };
      tally = { labels, duration: this.#durations.labels(method, route), count: 0 };
      this.#tallies.set(key, tally);
    }
    tally.count += 1;
    tally.duration.observe(seconds);
  }

  uploadStarted(): void {
    this.#uploading.inc();
  }

  uploadEnded(): void {
    this.#uploading.dec();
  }

  readonly backendCall = ({ backend, operation, seconds, trouble }: BackendCall): void => {
    this.#backendCalls.labels(backend, operation).observe(seconds);
    if (trouble !== null) this.#backendErrors.labels(backend, operation, trouble).inc();
  };

  damagedRead(bucket: string): void {
    this.#damagedReads.labels(bucket).inc();
  }

  /** What one run of the cleanup job removed, by chore. */
  readonly cleanup = (report: Readonly<Record<string, number>>): void => {
    this.#cleanupRuns.inc();
    for (const [chore, count] of Object.entries(report)) this.#cleaned.labels(chore).inc(count);
  };

  #tellCounts(): void {
    for (const counter of [this.#requests, this.#received, this.#sent]) counter.reset();
    for (const { labels, count } of this.#tallies.values()) this.#requests.inc(labels, count);
    if (this.#traffic === null) return;
    const { received, sent } = this.#traffic.total();
    this.#received.inc(received);
    this.#sent.inc(sent);
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [this.#registry] });
  }
}
