import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where what can be made again is kept for every project of this user, unless SLIPWAY_CACHE says otherwise. */
export function defaultCacheFolder(): string {
  return resolve(process.env['SLIPWAY_CACHE'] ?? join(cacheHome(), 'slipway'));
}

function cacheHome(): string {
  if (process.env['XDG_CACHE_HOME']) return process.env['XDG_CACHE_HOME'];
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}
