import type { SSM } from '@aws-sdk/client-ssm';
import { type DynamicReference, resolveDynamicReferences } from '../template/dynamic-references.ts';
import type { JsonObject } from '../template/template.ts';
import { StepFailure } from './failure-reason.ts';
import type { Run } from './run.ts';

/** Properties as a provider gets them: with what the dynamic references in them stand for. */
export async function providerProperties(run: Run, properties: JsonObject): Promise<JsonObject> {
  return (await resolveDynamicReferences(properties, (reference) => read(run, reference))) as JsonObject;
}

async function read(run: Run, { service, name }: DynamicReference): Promise<string> {
  const ssm = run.host.client<SSM>('ssm', {
    caller: run.caller,
    region: run.stack.region,
    signal: run.stopping,
  });
  try {
    const { Parameter } = await ssm.getParameter({ Name: name, WithDecryption: service === 'ssm-secure' });
    return Parameter?.Value ?? '';
  } catch (error) {
    if (run.stopping.aborted) throw error;
    throw new StepFailure(
      `Could not resolve {{resolve:${service}:${name}}}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
