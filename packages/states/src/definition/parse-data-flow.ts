import { parsePath } from '../jsonpath/parse.ts';
import type { Path } from '../jsonpath/path.ts';
import { isReferencePath } from '../jsonpath/reference-path.ts';
import { PathSyntaxError } from '../jsonpath/scanner.ts';
import type { DataFlow, QueryLanguage, ResultFlow } from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import { readTemplate } from './parse-template.ts';

export function readDataFlow(reader: ObjectReader, language: QueryLanguage): DataFlow {
  const place = { reader, language };
  return {
    inputPath: readNullablePath(reader, 'InputPath'),
    outputPath: readNullablePath(reader, 'OutputPath'),
    output: language === 'JSONata' ? readTemplate(place, 'Output') : undefined,
    assign: readAssign(place, reader),
  };
}

export function readResultFlow(reader: ObjectReader, language: QueryLanguage): ResultFlow {
  const place = { reader, language };
  return {
    ...readDataFlow(reader, language),
    parameters: readTemplate(place, language === 'JSONata' ? 'Arguments' : 'Parameters'),
    resultSelector: language === 'JSONPath' ? readTemplate(place, 'ResultSelector') : undefined,
    resultPath: readResultPath(reader),
  };
}

/** Assign must be an object of variable names. */
export function readAssign(
  place: Parameters<typeof readTemplate>[0],
  reader: ObjectReader,
): DataFlow['assign'] {
  const variables = reader.child('Assign');
  if (variables === undefined) return undefined;
  for (const field of Object.keys(variables.object)) {
    const name = field.endsWith('.$') && place.language === 'JSONPath' ? field.slice(0, -2) : field;
    if (!/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name) || name.length > 80) {
      variables.fail(`'${name}' is not a valid variable name`);
    } else if (name === 'states') {
      variables.fail("'states' is a reserved variable name");
    }
  }
  return readTemplate(place, 'Assign');
}

/** ResultPath of a state or a catcher. */
export function readResultPath(reader: ObjectReader): Path | 'nothing' | undefined {
  const path = readNullablePath(reader, 'ResultPath');
  if (path === undefined || path === 'nothing' || isReferencePath(path)) return path;
  reader.fail(`Value is not a Reference Path: ${path.text}`, 'ResultPath');
  return undefined;
}

/** A path field in which `null` means something of its own. */
function readNullablePath(reader: ObjectReader, field: string): Path | 'nothing' | undefined {
  return reader.raw(field) === null ? 'nothing' : readPathField(reader, field);
}

export function readPathField(reader: ObjectReader, field: string): Path | undefined {
  const text = reader.string(field);
  if (text === undefined) return undefined;
  if (!text.startsWith('$')) {
    reader.fail("Value is not a Reference Path: Reference path didn't start with '$'", field);
    return undefined;
  }
  try {
    return parsePath(text);
  } catch (error) {
    if (!(error instanceof PathSyntaxError)) throw error;
    reader.fail(`Value is not a valid JSONPath: ${error.message}`, field);
    return undefined;
  }
}
