import type { CheckContext, Properties, Remark } from '../../../dispatch/resource-provider.ts';
import { runtimeOf, runtimeWarning } from '../runtimes.ts';
import { refuseOtherKinds, refuseUnsupported } from '../settings.ts';

/** What Lambda would say of a function's properties, by the same checks that creating it makes. */
export function checkFunction(properties: Properties, { known }: CheckContext): Remark[] {
  const remarks: Remark[] = [];
  const refusedBy = (property: string, check: () => void) => {
    try {
      check();
    } catch (error) {
      remarks.push({ property, kind: 'refused', message: (error as Error).message });
    }
  };
  const code = (properties['Code'] ?? {}) as Properties;
  refusedBy(code['ImageUri'] === undefined ? 'PackageType' : 'Code/ImageUri', () =>
    refuseOtherKinds({
      PackageType: known(properties['PackageType']) as 'Zip' | 'Image' | undefined,
      // A name that is not known yet is one all the same.
      Code: { ...(code['ImageUri'] !== undefined && { ImageUri: known(code['ImageUri']) ?? '' }) },
    }),
  );
  if (remarks.length > 0) return remarks;
  for (const name of ['FileSystemConfigs', 'ImageConfig']) {
    if (properties[name] !== undefined) {
      refusedBy(name, () => refuseUnsupported({ [name]: properties[name] }));
    }
  }
  const identifier = known(properties['Runtime']);
  if (identifier !== undefined) {
    refusedBy('Runtime', () => {
      const message = runtimeWarning('of this resource', runtimeOf(identifier));
      if (message !== undefined) remarks.push({ property: 'Runtime', kind: 'note', message });
    });
  }
  return remarks;
}
