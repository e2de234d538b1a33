import packageJson from '../package.json' with { type: 'json' };

/** The runtime's version, as its package has it. */
export const VERSION: string = packageJson.version;
