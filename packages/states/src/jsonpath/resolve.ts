import { runtimeFailure } from '../failures.ts';
import { type Json, ownValue } from '../json.ts';
import type { Scope } from '../scope.ts';
import { evaluateSegments, PathNotFoundError } from './evaluate.ts';
import type { Path } from './path.ts';

/**
 * The value of a path in the scope of a state.
 * @throws PathNotFoundError when a definite path leads nowhere or the variable does not exist
 */
export function resolvePath(path: Path, scope: Scope): Json {
  return evaluateSegments(path, documentOf(path, scope));
}

/**
 * The value of a path field such as InputPath or SecondsPath, whose absence is an error of its own kind.
 * @throws StateFailure `States.Runtime`
 */
export function resolveField(path: Path, scope: Scope): Json {
  try {
    return resolvePath(path, scope);
  } catch (error) {
    if (error instanceof PathNotFoundError) {
      throw runtimeFailure(`Invalid path '${path.text}' : ${error.message}`);
    }
    throw error;
  }
}

/**
 * The value of a path for a named field of a template, or of ErrorPath and CausePath.
 * @throws StateFailure `States.Runtime`
 */
export function resolveNamed(path: Path, field: string, scope: Scope): Json {
  try {
    return resolvePath(path, scope);
  } catch (error) {
    if (error instanceof PathNotFoundError) {
      throw runtimeFailure(
        `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.data)}'`,
      );
    }
    throw error;
  }
}

function documentOf(path: Path, scope: Scope): Json {
  const { root } = path;
  if (root.kind === 'data') return scope.data;
  if (root.kind === 'context') return scope.context();
  const value = ownValue(scope.variables, root.name);
  if (value === undefined) throw new PathNotFoundError(`The variable '${root.name}' is not defined`);
  return value;
}
