import { tmpdir } from 'node:os';
import { Environments, type PythonEnvironment } from '../compute/environments.ts';
import { Progress } from '../progress.ts';
import { testConfig } from './test-runtime.ts';

/** The environment of an image's own tests. */
export async function testEnvironment(image: string): Promise<PythonEnvironment> {
  const environments = new Environments({ ...testConfig(tmpdir()), progress: new Progress() });
  return await environments.ensure(image, 'test');
}
