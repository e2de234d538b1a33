import type { ServiceModel } from '../../model/load.ts';
import type { MemberLocation, Shape, ShapeRef, StructureShape } from '../../model/shapes.ts';

/** Where one member of a structure travels in a REST protocol. */
export interface Binding {
  readonly name: string;
  readonly ref: ShapeRef;
  readonly shape: Shape;
  /** Absent where it is in the body. */
  readonly location: MemberLocation | undefined;
  /** What it is called there; headers in lower case. */
  readonly wireName: string;
}

const known = new WeakMap<StructureShape, readonly Binding[]>();

/** The members of a structure with their places, looked up once: S3's have some forty. */
export function bindingsOf(model: ServiceModel, structure: StructureShape): readonly Binding[] {
  const found = known.get(structure);
  if (found) return found;
  const bindings = Object.entries(structure.members).map(([name, ref]) => {
    const { location, locationName = name } = ref;
    const isHeader = location === 'header' || location === 'headers';
    const wireName = isHeader ? locationName.toLowerCase() : locationName;
    return { name, ref, shape: model.shape(ref), location, wireName };
  });
  known.set(structure, bindings);
  return bindings;
}
