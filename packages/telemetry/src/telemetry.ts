import { describe } from '@melliflow/core/implement';
import { type AnyHook, Plugin } from '@melliflow/plugins';
import { type Meter, type Tracer, trace } from '@opentelemetry/api';
import { generationHooks } from './generation-hooks.js';
import { lazyInstruments } from './instruments.js';
import { OperationSpans } from './operation-spans.js';
import { samplingHooks } from './sampling-hooks.js';
import { streamHooks } from './stream-hooks.js';
import type { TelemetryKit } from './telemetry-kit.js';
import { toolHooks } from './tool-hooks.js';
import { validationHooks } from './validation-hooks.js';

/** Where telemetry goes, and what it shows. */
export interface TelemetryInit {
  /** Default: `@melliflow/telemetry` of the global tracer provider. */
  tracer?: Tracer | undefined;
  /** Default: `@melliflow/telemetry` of the global meter provider. */
  meter?: Meter | undefined;
  /** Whether prompts, outputs, and the arguments and results of tools are recorded. Default false. */
  captureContent?: boolean | undefined;
  /** For errors and logs. Default `telemetry`. */
  name?: string | undefined;
}

/** A plugin that tells OpenTelemetry of everything that the program does. */
export class Telemetry extends Plugin {
  override readonly name: string;
  /** @internal */
  readonly _kit: TelemetryKit;

  /** @throws TypeError when a member is not what it must be. */
  constructor({ tracer, meter, captureContent = false, name = 'telemetry' }: TelemetryInit = {}) {
    super();
    mustBe(tracer === undefined || typeof tracer?.startSpan === 'function', 'tracer', tracer, 'a Tracer');
    mustBe(meter === undefined || typeof meter?.createHistogram === 'function', 'meter', meter, 'a Meter');
    mustBe(typeof captureContent === 'boolean', 'captureContent', captureContent, 'true or false');
    this.name = name;
    this._kit = {
      spans: new OperationSpans(tracer ?? trace.getTracer('@melliflow/telemetry')),
      instruments: lazyInstruments(meter),
      captureContent,
    };
  }

  override hooks(): readonly AnyHook[] {
    return [generationHooks, samplingHooks, validationHooks, toolHooks, streamHooks].flatMap((hooksOf) =>
      hooksOf(this._kit),
    );
  }
}

/**
 * A plugin that gives spans and metrics by the GenAI semantic conventions, to whatever OpenTelemetry SDK the program
 * has set up. Without one it does nothing.
 *
 * @throws TypeError when a member is not what it must be.
 *
 * @example
 * register(telemetry());
 */
export function telemetry(init: TelemetryInit = {}): Telemetry {
  return new Telemetry(init);
}

function mustBe(holds: boolean, member: string, value: unknown, wanted: string): void {
  if (!holds) throw new TypeError(`telemetry: ${member} must be ${wanted}, got ${describe(value)}.`);
}
