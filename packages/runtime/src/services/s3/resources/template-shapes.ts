import type { Properties } from '../../../dispatch/resource-provider.ts';
import { loadModel } from '../../../model/load.ts';
import type { ShapeRef } from '../../../model/shapes.ts';

const MODEL = loadModel('s3');

/**
 * Turns a value of a template into one of S3's own shapes: numbers, booleans and dates may be text in a
 * template, and a list of one may come without its brackets.
 *
 * @param shape - of the official model, such as `CORSConfiguration`
 * @throws TypeError with the path of a name or value that the shape does not have
 */
export function fromTemplate<T>(shape: string, value: unknown, path = shape): T {
  return convert({ shape }, value, path) as T;
}

function convert(ref: ShapeRef, value: unknown, path: string): unknown {
  const shape = MODEL.shape(ref);
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || value === null) throw new TypeError(`${path} has to be an object`);
      const present = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
      return Object.fromEntries(
        present.map(([name, member]) => {
          const memberRef = shape.members[name];
          if (!memberRef) throw new TypeError(`${path}.${name} is not supported`);
          return [name, convert(memberRef, member, `${path}.${name}`)];
        }),
      );
    }
    case 'list':
      return [value].flat().map((item, index) => convert(shape.member, item, `${path}[${index}]`));
    case 'integer':
    case 'long':
    case 'double':
    case 'float': {
      const number = Number(value);
      if (value === '' || Number.isNaN(number)) throw new TypeError(`${path} has to be a number`);
      return number;
    }
    case 'boolean': {
      const text = String(value);
      if (text !== 'true' && text !== 'false') throw new TypeError(`${path} has to be true or false`);
      return text === 'true';
    }
    case 'timestamp': {
      const date = new Date(String(value));
      if (Number.isNaN(date.getTime())) throw new TypeError(`${path} has to be a date`);
      return date;
    }
    default:
      return String(value);
  }
}

/** An object with some of its names changed, where they are there. */
export function renamed(value: Properties, names: Readonly<Record<string, string>>): Properties {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [names[name] ?? name, member]));
}

/** An object without the members that are absent; undefined when none is left. */
export function someOf(members: Properties): Properties | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/**
 * A filter in S3's form: one criterion stands by itself, several stand in `And`.
 *
 * @param tags - pairs that an object has to have
 * @param others - further criteria such as `Prefix`; undefined ones are none
 * @returns undefined when there is no criterion
 */
export function filterOf(tags: readonly unknown[], others: Properties): Properties | undefined {
  const criteria = someOf(others) ?? {};
  const count = Object.keys(criteria).length;
  if (count + tags.length > 1) return { And: { ...criteria, ...(tags.length > 0 && { Tags: tags }) } };
  if (tags.length === 1) return { Tag: tags[0] };
  return someOf(criteria);
}
