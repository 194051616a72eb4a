// Fetches one npm package, without its dependencies and without running any of its scripts.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Thrown where npm is missing or the registry can't be reached. */
export class NpmUnavailable extends Error {}

/** Unpacks `spec` ("name@version") into a temporary folder, hands that to `use`, and removes it after. */
export async function withPackage(spec, use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'llmload-npm-'));
  try {
    let archive;
    try {
      const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
      const output = execFileSync('npm', ['pack', '--loglevel=error', '--ignore-scripts', spec], options);
      archive = output.trim().split('\n').pop();
    } catch (error) {
      const reason = (error.stderr || error.message).trim().split('\n').slice(0, 3).join('; ');
      throw new NpmUnavailable(`npm can't fetch ${spec}: ${reason}`);
    }
    execFileSync('tar', ['xzf', archive], { cwd: folder });
    return await use(path.join(folder, 'package'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
