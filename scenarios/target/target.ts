/** An HTTP service of somebody's own, and what is asked of it. */
export interface HttpTarget {
  /** `http://127.0.0.1:8080`, without a path. */
  readonly origin: string;
  readonly requests: readonly HttpRequest[];
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** The status that is expected, or its class: 2 for 2xx. */
  readonly status: number;
  /** How often it is asked, beside the shares of the others. */
  readonly share: number;
}

export function isExpected({ status }: Pick<HttpRequest, 'status'>, answered: number): boolean {
  return status < 10 ? Math.floor(answered / 100) === status : status === answered;
}

/** What can be said of a target; the other metrics are of an orchestrator. */
export const targetMetrics = [
  'response_ms',
  'service_ms',
  'requests_per_s',
  'requests_offered_per_s',
  'status_2xx',
  'status_3xx',
  'status_4xx',
  'status_5xx',
  'unexpected_status',
  'timeouts',
  'errors',
  'indeterminate',
  'availability_pct',
  'late_sends',
  'outage_recovery_ms',
  'heal_recovery_ms',
  'client_detect_ms',
  'degraded_ms',
  'dip_area_events',
  'violations_after_recovery',
  'error_budget_burn',
  'faulted_operations',
  'generator_cpu_pct',
  'event_loop_delay_ms',
  'rss_mb',
] as const;

/** Headers whose values are no secret. */
const open: readonly string[] = ['accept', 'content-type'];
const hidden = '***';

/** As it may be written down: what headers, bodies and queries hold may let somebody in. */
export function withoutTargetSecrets({ origin, requests }: HttpTarget): HttpTarget {
  return { origin, requests: requests.map(hide) };
}

function hide({ path, headers, body, ...rest }: HttpRequest): HttpRequest {
  const values = Object.entries(headers).map(([name, value]) => [
    name,
    open.includes(name.toLowerCase()) ? value : hidden,
  ]);
  return {
    ...rest,
    path: path.replace(/([?&][^=&]*)=[^&]*/g, `$1=${hidden}`),
    headers: Object.fromEntries(values),
    ...(body !== undefined && { body: `${Buffer.byteLength(body)} bytes` }),
  };
}
