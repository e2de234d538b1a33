import fc from 'fast-check';
import { expect, test } from 'vitest';
import { physicalName } from './names.ts';

const source = { stackName: 'Forecast', logicalId: 'DataBucket', distinction: '000000000000/us-east-1/0/0' };

test('a name is made of stack, logical id and a suffix that is always the same', () => {
  const name = physicalName(source, { longest: 64 });
  expect(name).toMatch(/^Forecast-DataBucket-[A-Z0-9]{12}$/);
  expect(physicalName(source, { longest: 64 })).toBe(name);
  expect(physicalName({ ...source, distinction: '000000000000/us-east-1/0/1' }, { longest: 64 })).not.toBe(
    name,
  );
  expect(physicalName(source, { longest: 63, lowerCase: true })).toMatch(
    /^forecast-databucket-[a-z0-9]{12}$/,
  );
});

test('a name keeps within its limit, with a part of everything in it', () => {
  const text = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,120}$/);
  fc.assert(
    fc.property(text, text, fc.integer({ min: 32, max: 140 }), (stackName, logicalId, longest) => {
      const name = physicalName({ stackName, logicalId, distinction: 'x' }, { longest });
      const [stackPart = '', resourcePart = '', suffix = ''] = name.split('-');
      expect(name.length).toBeLessThanOrEqual(longest);
      expect(stackName.startsWith(stackPart) && stackPart !== '').toBe(true);
      expect(logicalId.startsWith(resourcePart) && resourcePart !== '').toBe(true);
      expect(suffix).toHaveLength(12);
      // Nothing is cut that would fit.
      const fits = stackName.length + logicalId.length + 14 <= longest;
      expect(name.startsWith(`${stackName}-${logicalId}-`) || !fits).toBe(true);
    }),
  );
});
