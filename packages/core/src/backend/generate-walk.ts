import type { ComponentLike, Part } from '../content/component.js';
import { isCBlock, isComponent, isModelOutputThunk } from '../content/part.js';
import { className, describe } from '../internal/describe.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

/** A component whose parts are being visited. */
interface Step {
  component: ComponentLike;
  parts: readonly Part[];
  next: number;
}

/**
 * The uncomputed thunks that can be reached from `c` over `parts()`: depth-first, each once, in first-seen order.
 * It keeps its own stack and visits a shared component once, so depth and sharing cost nothing (contract 4.4).
 *
 * @throws TypeError for a cycle and for a part that is neither a block nor a component, with the path to it.
 */
export function generateWalk(c: Part): ModelOutputThunk[] {
  return walkAll([c]);
}

/** The same for several roots: what they share is visited once. */
export function walkAll(roots: readonly Part[]): ModelOutputThunk[] {
  const found = new Set<ModelOutputThunk>();
  /** Of each component that was entered: whether its parts are still being visited. */
  const isOpen = new Map<ComponentLike, boolean>();
  const path: Step[] = [];

  const enter = (part: Part): void => {
    if (isCBlock(part)) {
      if (isModelOutputThunk(part) && !part.isComputed()) found.add(part as ModelOutputThunk);
    } else if (!isComponent(part)) {
      throw new TypeError(
        `A part must be a block or a component, got ${describe(part)} at ${pathText(path)}.`,
      );
    } else if (isOpen.get(part)) {
      throw new TypeError(`The parts of ${describe(part)} come back to itself at ${pathText(path)}.`);
    } else if (!isOpen.has(part)) {
      isOpen.set(part, true);
      path.push({ component: part, parts: partsOf(part, path), next: 0 });
    }
  };

  for (const root of roots) {
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      if (step.next < step.parts.length) {
        enter(step.parts[step.next++] as Part);
      } else {
        isOpen.set(step.component, false);
        path.pop();
      }
    }
  }
  return [...found];
}

function partsOf(component: ComponentLike, path: readonly Step[]): readonly Part[] {
  const parts: unknown = component.parts();
  if (Array.isArray(parts)) return parts;
  throw new TypeError(
    `parts() of ${describe(component)} at ${pathText(path)} must give an array, got ${describe(parts)}.`,
  );
}

/** The way from the root, such as `Report.parts()[2] > Section.parts()[0]`; only its last five steps. */
function pathText(path: readonly Step[]): string {
  const steps = path.slice(-5).map((step) => `${className(step.component)}.parts()[${step.next - 1}]`);
  if (path.length > steps.length) steps.unshift('…');
  return steps.join(' > ') || 'the root';
}
