// Fetches one npm package, without its dependencies and without running any of its scripts.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Thrown where npm is missing or the registry can't be reached. */
export class NpmUnavailable extends Error {}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Puts the archive of `spec` ("name@version") into `folder`; returns its path. */
function fetchArchive(spec, folder) {
  try {
    const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
    const output = execFileSync('npm', ['pack', '--loglevel=error', '--ignore-scripts', spec], options);
    return path.join(folder, output.trim().split('\n').pop());
  } catch (error) {
    const reason = (error.stderr || error.message).trim().split('\n').slice(0, 3).join('; ');
    throw new NpmUnavailable(`npm can't fetch ${spec}: ${reason}`);
  }
}

/** Unpacks `members` (default: all) of `spec` into a temporary folder, hands that to `use`, and removes it. */
export async function withPackage(spec, use, members = []) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'llmload-npm-'));
  try {
    const archive = fetchArchive(spec, folder);
    execFileSync('tar', ['xzf', archive, ...members.map((member) => `package/${member}`)], { cwd: folder });
    return await use(path.join(folder, 'package'), archive);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Where keepPackage() puts `spec` under `folder`. */
export const packageFolder = (folder, spec) => path.join(folder, spec.replaceAll('/', '+'));

/** Unpacks `spec` once, under `folder`. Throws where its archive is another than the expected one. */
export async function keepPackage(spec, expected, folder) {
  const target = packageFolder(folder, spec);
  if (fs.existsSync(target)) return `${target}: already there`;
  await withPackage(spec, (unpacked, archive) => {
    const actual = sha256(fs.readFileSync(archive));
    if (actual !== expected) throw Error(`the archive of ${spec} has sha256 ${actual}`);
    fs.mkdirSync(folder, { recursive: true });
    fs.cpSync(unpacked, `${target}.new`, { recursive: true });
    fs.renameSync(`${target}.new`, target);
  });
  return `${target}: fetched, sha256 as expected`;
}
