import type { HookContext, HookOperation } from '@melliflow/core';
import {
  type Attributes,
  context,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** What has a span. Each is one operation of the library. */
export type SpanKindName = 'chat' | 'text_completion' | 'execute_tool' | 'validation' | 'sampling' | 'stream';

interface Begun {
  readonly kind: SpanKindName;
  readonly span: Span;
  /** The span that was active when it began. */
  readonly around: Span | undefined;
  ended: boolean;
}

/**
 * The span of each operation: begun once, ended once. Held weakly, by the operation, so that one whose end is never
 * told leaves nothing behind.
 */
export class OperationSpans {
  readonly tracer: Tracer;
  readonly begun: WeakMap<HookOperation, Begun> = new WeakMap();

  constructor(tracer: Tracer) {
    this.tracer = tracer;
  }

  /** Begins the span of the operation that a hook tells of. */
  begin({ operation }: HookContext, kind: SpanKindName, name: string, options: SpanOptions): void {
    if (operation === undefined || this.begun.has(operation)) return;
    const active = context.active();
    const around = trace.getSpan(active);
    const outer = this.outerOf(operation);
    // A span that the program itself began inside of ours is nearer than ours, and active.
    const parent = outer && outer.around === around ? trace.setSpan(active, outer.span) : active;
    const span = this.tracer.startSpan(name, options, parent);
    const inside = trace.setSpan(parent, span);
    operation.surround((fn) => context.with(inside, fn));
    this.begun.set(operation, { kind, span, around, ended: false });
  }

  /** The span of the operation, as long as it is open. */
  openSpan({ operation }: HookContext, kind: SpanKindName): Span | null {
    const begun = operation && this.begun.get(operation);
    return begun?.kind === kind && !begun.ended ? begun.span : null;
  }

  /** Ends the span of the operation, if it is open. An error is named by its type alone: texts may hold prompts. */
  end(where: HookContext, kind: SpanKindName, attributes: Attributes, errorType: string | null): void {
    const span = this.openSpan(where, kind);
    if (span === null) return;
    (this.begun.get(where.operation as HookOperation) as Begun).ended = true;
    span.setAttributes(attributes);
    if (errorType !== null) {
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  /** The nearest operation around it that has a span. */
  outerOf({ parent }: HookOperation): Begun | null {
    for (let outer = parent; outer !== null; outer = outer.parent) {
      const begun = this.begun.get(outer);
      if (begun) return begun;
    }
    return null;
  }
}
