import { resolve } from 'node:path';
import type { Settings } from './settings.ts';

/** A command that the user can copy: with the state folder where that is not the one it would use anyway. */
export function commandHint({ stateFolder }: Pick<Settings, 'stateFolder'>, command: string): string {
  const usual = resolve(process.env['SLIPWAY_STATE'] ?? '.slipway');
  return `npx slipway ${command}${stateFolder === usual ? '' : ` --state ${stateFolder}`}`;
}
