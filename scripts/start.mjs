// `npm start`: all set-up, then the main job on the sample data.
import { join } from 'node:path';
import { findNode, installPackages, root, run } from './setup.mjs';

installPackages();
const example = join(root, 'examples', 'forecast');
process.exitCode = await run(findNode(), [
  '-C',
  'source',
  join(root, 'packages', 'cli', 'src', 'main.ts'),
  'run',
  'forecast',
  join(example, 'data.zip'),
  '--config',
  join(example, 'forecast-config.json'),
  '--out',
  join(root, 'results'),
  ...process.argv.slice(2),
]);
