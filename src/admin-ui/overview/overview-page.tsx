import { useEffect } from 'preact/hooks';
import { fetchStats, fetchUnfinishedUploads } from '../api/admin.ts';
import { Button } from '../parts/button.tsx';
import { formatBytes, plural } from '../parts/format.ts';
import { LoadError, Notice } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { useLoad } from '../parts/use-load.ts';
import { uploadsDone } from '../uploads/upload-queue.ts';
import { BackendList } from './backend-list.tsx';
import { BucketCards } from './bucket-cards.tsx';
import { RecentFiles } from './recent-files.tsx';
import { UploadList } from './upload-list.tsx';
import './overview-page.css';

const REFRESH_MS = 10_000;
const SHOWN_UPLOADS = 8;

/** How things are, at one glance: what needs somebody first. */
export function OverviewPage() {
  const stats = useLoad('stats', fetchStats);
  const uploads = useLoad('uploads', (signal) => fetchUnfinishedUploads(SHOWN_UPLOADS, signal));
  const refresh = () => {
    stats.reload();
    uploads.reload();
  };
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) refresh();
    }, REFRESH_MS);
    const stop = uploadsDone.subscribe(refresh);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, []);

  const { data } = stats;
  return (
    <Page
      title="Overview"
      note={
        data !== null && (
          <span>
            {plural(data.totals.files, 'file')} · {formatBytes(data.totals.bytes)}
            {data.totals.saved_bytes > 0 && ` · ${formatBytes(data.totals.saved_bytes)} saved by compression`}
          </span>
        )
      }
      actions={
        <Button icon="refresh" onClick={refresh}>
          Refresh
        </Button>
      }
    >
      {stats.error !== null && <LoadError error={stats.error} retry={stats.reload} />}
      {data !== null && (
        <>
          {data.problems.length > 0 && (
            <Section title="Needs you">
              <ul class="stack overview-problems">
                {data.problems.map(({ code, subject, message }) => (
                  <li key={`${code} ${subject}`}>
                    <Notice kind={code === 'QUOTA_NEARLY_REACHED' ? 'warn' : 'danger'}>{message}</Notice>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Section title="Buckets">
            <BucketCards buckets={data.buckets} />
          </Section>
          <div class="overview-columns">
            <Section title="Recent files">
              <RecentFiles files={data.recent_files} />
            </Section>
            <div class="overview-side">
              <Section title="Unfinished uploads">
                {uploads.error !== null && <LoadError error={uploads.error} retry={uploads.reload} />}
                {uploads.data !== null && <UploadList {...uploads.data} />}
              </Section>
              <Section title="Backends">
                <BackendList backends={data.backends} />
              </Section>
            </div>
          </div>
        </>
      )}
    </Page>
  );
}
