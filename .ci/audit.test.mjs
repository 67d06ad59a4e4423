// What .ci/audit makes of the outcomes of govulncheck, for both Go modules.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** Runs the audit with a govulncheck and an npm that end so, by the folder they are in. */
function audit(outcomes) {
  const dir = mkdtempSync(join(tmpdir(), 'audit-'));
  const script = (name, text) => {
    writeFileSync(join(dir, name), '#!/bin/sh\n' + text);
    chmodSync(join(dir, name), 0o755);
  };
  try {
    script('go', 'exit 0'); // install: govulncheck is here
    script('npm', 'exit 0');
    script('govulncheck', `echo asked "$PWD" >>${dir}/asked\ncase $PWD in */server/deploy) ${outcomes.deploy} ;; *) ${outcomes.main} ;; esac`);
    const env = { PATH: dir + ':' + process.env.PATH, CACHE: dir, SKIPPED: join(dir, 'skipped'), GOVULNCHECK: 'v0' };
    const { status, stdout } = spawnSync(join(root, '.ci/audit'), { cwd: root, env, encoding: 'utf8' });
    return { status, stdout, asked: readFileSync(join(dir, 'asked'), 'utf8') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const unreachable = 'echo "govulncheck: fetching vulnerabilities: Get https://vuln.go.dev: no route" >&2; exit 1';

test('both modules are asked about', () => {
  const { status, stdout, asked } = audit({ main: 'exit 0', deploy: 'exit 0' });
  assert.equal(status, 0);
  assert.match(stdout, /no known vulnerability in the Go module \.\n.*Go module server\/deploy\n/);
  assert.equal(asked.split('\n').length, 3);
});

test('a finding in either fails', () => {
  assert.equal(audit({ main: 'exit 3', deploy: 'exit 0' }).status, 1);
  const { status, stdout } = audit({ main: 'exit 0', deploy: 'echo GO-2026-1; exit 3' });
  assert.equal(status, 1);
  assert.match(stdout, /GO-2026-1/);
});

test('a database that cannot be reached is said of both, and fails nothing', () => {
  const { status, stdout } = audit({ main: unreachable, deploy: unreachable });
  assert.equal(status, 0);
  assert.match(stdout, /NOT CHECKED: the Go module \., because the vulnerability database could not be reached/);
  assert.match(stdout, /NOT CHECKED: the Go module server\/deploy, because the vulnerability database could not be reached/);
});

test('no answer for other reasons is said', () => {
  const { status, stdout } = audit({ main: 'exit 0', deploy: 'echo "no Go files"; exit 1' });
  assert.equal(status, 0);
  assert.match(stdout, /NOT CHECKED: the Go module server\/deploy, because govulncheck gave no answer: no Go files/);
});
