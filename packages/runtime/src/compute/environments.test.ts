import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Progress } from '../progress.ts';
import { testConfig } from '../testing/test-runtime.ts';
import { wheelOf } from '../testing/wheel.ts';
import { EnvironmentError } from './environment-error.ts';
import { Environments, type PythonEnvironment } from './environments.ts';

const IMAGE = { lock: 'requirements.lock', source: ['src'] };

let root: string;
/** Names of the environments that were made. */
let made: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-'));
  made = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Environments in a folder of the test's own, made by the uv that all share. */
function environments(): Environments {
  const { imagesFolder, cacheFolder, python } = testConfig(root);
  const tools = join(cacheFolder, 'tools');
  mkdirSync(tools, { recursive: true });
  mkdirSync(join(root, 'cache'), { recursive: true });
  symlinkSync(tools, join(root, 'cache', 'tools'));
  const progress = new Progress();
  progress.listen((event) => {
    if (event.type === 'environment.ready') made.push(event.name);
  });
  const parts = { imagesFolder: root, cacheFolder: join(root, 'cache'), toolsFolder: imagesFolder };
  return new Environments({ ...parts, python, progress });
}

/** An image without packages, and one module of its own. */
function writeImage(name: string): void {
  mkdirSync(join(root, name, 'src'), { recursive: true });
  writeFileSync(join(root, name, 'image.json'), JSON.stringify(IMAGE));
  writeFileSync(join(root, name, 'requirements.lock'), '');
  writeFileSync(join(root, name, 'src', 'own.py'), 'NAME = "own"');
}

function run({ python, variables }: PythonEnvironment, program: string): string {
  return execFileSync(python, ['-c', program], { env: { ...variables }, encoding: 'utf8' }).trim();
}

test('makes an environment of an image once', async () => {
  writeImage('plain');
  const all = environments();
  expect(all.isReady('plain')).toBe(false);
  const [first, second] = await Promise.all([all.ensure('plain'), all.ensure('plain')]);
  expect(second).toBe(first);
  expect(all.isReady('plain')).toBe(true);
  expect(run(first, 'import own; print(own.NAME)')).toBe('own');
  expect(made).toEqual(['plain']);
});

test('makes an environment of its own for each list of further modules', async () => {
  writeImage('plain');
  const wheel = join(root, 'extra-1.0-py3-none-any.whl');
  writeFileSync(wheel, await wheelOf('extra', '1.0', 'NAME = "extra"'));
  const all = environments();
  const more = await all.ensure('plain', 'run', [wheel]);
  expect(run(more, 'import own, extra; print(own.NAME, extra.NAME)')).toBe('own extra');
  await all.ensure('plain', 'run', [wheel]);
  expect(made).toEqual([`plain with ${wheel}`]);
  expect(all.isReady('plain')).toBe(false);
});

test('says what a module that cannot be installed failed with, and tries again', async () => {
  writeImage('plain');
  const all = environments();
  const missing = join(root, 'absent-1.0-py3-none-any.whl');
  await expect(all.ensure('plain', 'run', [missing])).rejects.toThrow(EnvironmentError);
  const left = readdirSync(join(root, 'cache', 'environments'));
  expect(left.filter((name) => !name.endsWith('.lock'))).toEqual([]);
  writeFileSync(missing, await wheelOf('absent', '1.0', 'NAME = "there"'));
  const there = await all.ensure('plain', 'run', [missing]);
  expect(run(there, 'import absent; print(absent.NAME)')).toBe('there');
});

test('an image that does not exist is named', async () => {
  await expect(environments().ensure('absent')).rejects.toThrow(
    `There is no image at ${join(root, 'absent')}`,
  );
});

test('makes a variant’s environment only for who asks for it, and tells what helps where it cannot be made', async () => {
  writeImage('plain');
  const image = join(root, 'plain');
  writeFileSync(join(image, 'none.lock'), '');
  writeFileSync(join(image, 'missing.lock'), `absent==1.0 --hash=sha256:${'0'.repeat(64)}\n`);
  const variants = {
    more: { lock: 'none.lock', warm: ['-c', 'import own'] },
    bad: { lock: 'missing.lock', hint: 'Ask for it elsewhere.' },
  };
  writeFileSync(join(image, 'image.json'), JSON.stringify({ ...IMAGE, variants }));
  const all = environments();
  const more = await all.ensure('plain', 'more');
  expect(run(more, 'import own; print(own.NAME)')).toBe('own');
  expect(made).toEqual(['plain (more)']);
  await expect(all.ensure('plain', 'bad')).rejects.toThrow(/absent[\s\S]*\nAsk for it elsewhere\.$/);
  await expect(all.ensure('plain', 'other')).rejects.toThrow('The image plain has no environment other');
});
