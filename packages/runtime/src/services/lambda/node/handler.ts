import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeFault } from './faults.ts';

/** A function's handler, in any of the forms that Lambda takes. */
export type Handler = (
  event: unknown,
  context: object,
  callback: (error: unknown, result?: unknown) => void,
) => unknown;

// From this version on Lambda refuses handlers that take a callback.
const WITHOUT_CALLBACK = 24;

/**
 * Finds a handler by its name: `path/file.export`, the export nested where it has dots.
 *
 * @param version - of the function's runtime, such as 22 for nodejs22.x
 * @throws RuntimeFault, or what the module itself throws
 */
export async function loadHandler(folder: string, name: string, version: number): Promise<Handler> {
  if (name.includes('..')) {
    throw new RuntimeFault(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const match = /^([^.]*)\.(.*)$/.exec(basename(name));
  if (!match) throw new RuntimeFault('MalformedHandlerName', 'Bad handler');
  const [, file = '', path = ''] = match;
  const module = await loadModule(join(folder, dirname(name), file), join(dirname(name), file));
  const found = path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], module);
  if (found === undefined) {
    throw new RuntimeFault('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof found !== 'function') throw new RuntimeFault('HandlerNotFound', `${name} is not a function`);
  if (version >= WITHOUT_CALLBACK && found.length >= 3) {
    throw new RuntimeFault(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
        'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
        'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return found as Handler;
}

/** As Lambda looks for it: the very path, then with the endings of CommonJS and ES modules. */
async function loadModule(path: string, shown: string): Promise<unknown> {
  const file = ['', '.js', '.mjs', '.cjs']
    .map((ending) => path + ending)
    .find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  if (file === undefined) {
    throw new RuntimeFault('ImportModuleError', `Error: Cannot find module '${shown}'`);
  }
  try {
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    // Of a CommonJS module not every export can be seen from outside; its object has them all.
    return module['module.exports'] ?? module;
  } catch (error) {
    throw loadFault(error);
  }
}

function loadFault(error: unknown): unknown {
  if (error instanceof SyntaxError) return fault('UserCodeSyntaxError', error);
  const { code } = error as { code?: string };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return fault('ImportModuleError', error as Error);
  return error;
}

/** The same error under Lambda's name, with the trace that it had. */
function fault(name: string, error: Error): RuntimeFault {
  const renamed = new RuntimeFault(name, String(error), { cause: error });
  renamed.stack = `Runtime.${name}: ${error.stack ?? ''}`;
  return renamed;
}
