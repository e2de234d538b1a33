import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Bundles a TypeScript handler into one file for Node 24. The SDK stays outside: Lambda brings it.
 *
 * esbuild runs inside this process, about 20 ms a handler; CDK's NodejsFunction would start it anew
 * for each function, and look for Docker where it is missing.
 */
export function handlerCode(entry: string): Code {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@aws-sdk/*'],
    legalComments: 'none',
    minifySyntax: true,
  });
  const source = outputFiles[0]!.contents;
  const assetHash = createHash('sha256').update(source).digest('hex');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-handler-'));
  writeFileSync(join(folder, 'index.mjs'), source);
  folders.push(folder);
  return Code.fromAsset(folder, { assetHash, assetHashType: AssetHashType.CUSTOM });
}
