export { Telemetry, type TelemetryInit, telemetry } from './telemetry.js';
