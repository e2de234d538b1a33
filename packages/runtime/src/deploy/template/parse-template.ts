import { checkStructure } from './check-structure.ts';
import { malformed, UnsupportedTemplate } from './invalid.ts';
import { expandLanguageExtensions } from './language-extensions.ts';
import { isObject, type JsonObject, type Template } from './template.ts';
import { parseYaml } from './yaml-template.ts';

/** A template as it was sent, and as it is after its transforms. */
export interface ParsedTemplate {
  /** The document, before transforms. */
  readonly original: JsonObject;
  /** The document after transforms; the same object where there are none. */
  readonly processed: JsonObject;
  readonly template: Template;
}

/** What a transform may use: it runs before anything else is looked at. */
export interface TransformContext {
  /** Values of parameters by name, for transforms that depend on them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const parsed = new Map<string, JsonObject>();
const KEPT_DOCUMENTS = 20;

/**
 * Reads a template in JSON or YAML, carries out the transforms it declares and checks its form.
 *
 * @throws ValidationError with CloudFormation's sentence for what is wrong
 */
export function parseTemplate(text: string, context: TransformContext = { parameters: {} }): ParsedTemplate {
  const original = parseDocumentOnce(text);
  const transforms = transformsOf(original);
  checkTransforms(transforms);
  const processed = transforms.includes(LANGUAGE_EXTENSIONS)
    ? expandLanguageExtensions(original, context.parameters)
    : original;
  return { original, processed, template: checkStructure(processed, transforms) };
}

/** A deployment reads the same text several times: when it is validated, planned and carried out. */
function parseDocumentOnce(text: string): JsonObject {
  const known = parsed.get(text);
  if (known) return known;
  const document = parseText(text);
  if (!isObject(document)) throw malformed('unsupported structure.');
  if (parsed.size >= KEPT_DOCUMENTS) parsed.delete(parsed.keys().next().value!);
  parsed.set(text, document);
  return document;
}

function parseText(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return parseYaml(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /line (\d+) column (\d+)/.exec((error as Error).message);
    const [line, column] = place ? [place[1], place[2]] : endOf(text);
    throw malformed(`JSON not well-formed. (line ${line}, column ${column})`);
  }
}

/** Where a text ends that broke off in the middle. */
function endOf(text: string): [number, number] {
  const lines = text.split('\n');
  return [lines.length, lines.at(-1)!.length + 1];
}

export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

function transformsOf({ Transform }: JsonObject): string[] {
  if (Transform === undefined) return [];
  return (Array.isArray(Transform) ? Transform : [Transform]).map((transform) =>
    isObject(transform) ? String(transform['Name']) : String(transform),
  );
}

function checkTransforms(transforms: readonly string[]): void {
  for (const name of transforms) {
    if (name !== LANGUAGE_EXTENSIONS) {
      throw new UnsupportedTemplate(
        `The transform ${name} is not supported by this version of Slipway, which knows ${LANGUAGE_EXTENSIONS} ` +
          'only; give it the template that the transform makes.',
      );
    }
  }
}
