import { runtimeFailure, StateFailure } from '../failures.ts';
import type { Json } from '../json.ts';
import { PathNotFoundError } from '../jsonpath/evaluate.ts';
import { resolvePath } from '../jsonpath/resolve.ts';
import type { Scope } from '../scope.ts';
import { ArgumentError, stringArgument } from './arguments.ts';
import type { IntrinsicArgument, IntrinsicCall } from './call.ts';
import { intrinsicFunction } from './functions.ts';
import { format } from './text.ts';

/**
 * The value of an intrinsic call.
 * @throws StateFailure `States.IntrinsicFailure` when an argument does not fit, `States.Runtime` when
 *   a path argument leads nowhere
 */
export function evaluateIntrinsic(call: IntrinsicCall, scope: Scope): Json {
  const args = call.args.map((argument) => evaluateArgument(argument, call, scope));
  try {
    return call.name === 'Format' ? evaluateFormat(call, args) : evaluateFunction(call.name, args, scope);
  } catch (error) {
    if (error instanceof ArgumentError) {
      throw new StateFailure({ error: 'States.IntrinsicFailure', cause: explain(call, error.message) });
    }
    throw error;
  }
}

function evaluateArgument(argument: IntrinsicArgument, call: IntrinsicCall, scope: Scope): Json {
  if (argument.kind === 'literal') return argument.value;
  if (argument.kind === 'call') return evaluateIntrinsic(argument.call, scope);
  try {
    return resolvePath(argument.path, scope);
  } catch (error) {
    if (error instanceof PathNotFoundError) {
      const problem = `The JSONPath '${argument.path.text}' could not be found in the input '${JSON.stringify(scope.data)}'`;
      throw runtimeFailure(explain(call, problem));
    }
    throw error;
  }
}

function evaluateFormat(call: IntrinsicCall, args: readonly Json[]): Json {
  const first = call.args[0];
  if (first?.kind === 'literal' && first.raw !== undefined) return format(args, first.raw);
  return format(args, stringArgument(args, 0));
}

function evaluateFunction(name: string, args: readonly Json[], scope: Scope): Json {
  const { least, most, run } = intrinsicFunction(name);
  if (args.length < least || args.length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new ArgumentError(`expected ${wanted} arguments, but got ${args.length}`);
  }
  return run(args, scope);
}

function explain(call: IntrinsicCall, problem: string): string {
  return `The function '${call.text}' had the following error: ${problem}`;
}
