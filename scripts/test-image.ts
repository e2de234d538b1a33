// Runs an image's Python tests in the image's own test environment.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testEnvironment } from '../packages/runtime/src/testing/image-environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const image = process.argv[2] ?? '';
const folder = join(root, 'images', image);
if (!existsSync(folder)) throw new Error(`There is no image ${image}`);
const { python, variables } = await testEnvironment(image);
const child = spawn(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests'], {
  cwd: folder,
  env: { ...process.env, ...variables, TMPDIR: process.env['TMPDIR'] ?? tmpdir() },
  stdio: 'inherit',
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
