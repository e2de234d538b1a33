import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** Where the algorithm images lie: a package of their own, beside the others or installed. */
export const IMAGES_FOLDER = dirname(createRequire(import.meta.url).resolve('@slipway/images/package.json'));
