/** Server spans and durations for OpenTelemetry. */
export { type OpenTelemetryOptions, openTelemetry } from './telemetry.ts'
