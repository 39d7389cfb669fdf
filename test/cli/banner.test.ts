import { describe, expect, it } from 'vitest';
import { banner } from '../../src/cli/banner.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';

function show(text: string, setupToken: string | null): string {
  const { config } = loadConfig({ text, file: 'alyx.yml', env: {} });
  const schema = loadSchema({
    text: 'version: 1\nbuckets: { docs: { backend: local } }\n',
    file: 'schema.yaml',
    config,
  });
  const command = (args: string) => `npx alyx ${args}`;
  return banner({ config, schema, port: 8080, secretCreatedAt: null, setupToken, command });
}

describe('the banner', () => {
  it('shows the link that makes the first admin, its token where no server and no proxy sees it', () => {
    expect(show('', 'the-token')).toContain('http://127.0.0.1:8080/_admin/#setup=the-token');
    const moved = 'server: { public_url: "https://files.example.com" }\nadmin_ui: { path: /console }\n';
    expect(show(moved, 'the-token')).toContain('https://files.example.com/console/#setup=the-token');
  });

  it('shows health where the server itself listens, for a proxy keeps it inside', () => {
    expect(show('server: { public_url: "https://files.example.com" }\n', null)).toMatch(
      /Health +http:\/\/127\.0\.0\.1:8080\/health\/ready\n/,
    );
  });

  it('shows no such link once there is an admin', () => {
    expect(show('', null)).not.toContain('setup');
  });

  it('points to the command where the admin UI is off', () => {
    const text = show('admin_ui: { enabled: false }\n', 'the-token');
    expect(text).toContain('npx alyx admin create');
    expect(text).not.toContain('the-token');
  });
});
