import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>;
type ResolveContext = Parameters<Resolve>[1];
type NextResolve = Parameters<Resolve>[2];
type Resolved = ReturnType<Resolve>;

// What the Node runtimes of Lambda bring along.
const PROVIDED = /^@(aws-sdk|smithy|aws-crypto)\//;

/**
 * Lets a function find, beside its own modules, those of its layers and the AWS SDK, by `require` and
 * by `import`.
 *
 * @param layers - folders named `node_modules`
 * @param sdk - URL of a file from which the SDK is found
 */
export function provideModules(layers: readonly string[], sdk: string): void {
  const besides = layers.map((folder) => pathToFileURL(join(folder, '..', 'layer.js')).href);
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const places = PROVIDED.test(specifier) ? [...besides, sdk] : besides;
        const found = isBare(specifier) && isMissing(error) && lookIn(places, specifier, context, next);
        if (!found) throw error;
        return found;
      }
    },
  });
}

function lookIn(
  places: readonly string[],
  specifier: string,
  context: ResolveContext,
  next: NextResolve,
): Resolved | undefined {
  for (const parentURL of places) {
    try {
      if (!context.conditions.includes('require')) return next(specifier, { ...context, parentURL });
      const file = createRequire(parentURL).resolve(specifier);
      return { url: pathToFileURL(file).href, shortCircuit: true };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return undefined;
}

function isBare(specifier: string): boolean {
  return !/^(\.{0,2}\/|[a-z]+:)/.test(specifier);
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}
