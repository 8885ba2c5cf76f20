/** Bounds of the buckets of dial times. Seconds. */
const dialBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** What is counted only while it is asked for. */
export interface Gauges {
  readonly open: number;
  readonly handshakes: number;
  readonly clients: number;
  readonly draining: boolean;
}

/**
 * Counters of a proxy, and their text in Prometheus's exposition format 0.0.4. Labels come from tables of ours, never from
 * clients, so that nobody can make up series.
 */
export class Metrics {
  #opened = 0;
  #bytesToTarget = 0;
  #bytesToClient = 0;
  readonly #refused = new Map<string, number>();
  readonly #closed = new Map<string, number>();
  readonly #dials = new Map<number, number>(dialBuckets.map((bound) => [bound, 0]));
  #dialCount = 0;
  #dialSeconds = 0;

  /** A target was dialed, whatever came of it. */
  dialed(seconds: number): void {
    this.#dialCount += 1;
    this.#dialSeconds += seconds;
    for (const bound of dialBuckets) if (seconds <= bound) this.#dials.set(bound, (this.#dials.get(bound) ?? 0) + 1);
  }

  opened(): void {
    this.#opened += 1;
  }

  refused(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  /** @param code - a close code, or any text for those that clients made up */
  closed(code: string): void {
    this.#closed.set(code, (this.#closed.get(code) ?? 0) + 1);
  }

  toTarget(bytes: number): void {
    this.#bytesToTarget += bytes;
  }

  toClient(bytes: number): void {
    this.#bytesToClient += bytes;
  }

  /** Everything as text. */
  print(gauges: Gauges): string {
    const families = [...this.#families(gauges), ...processFamilies()];
    return [...families.flatMap(print), ...this.#histogram(), ''].join('\n');
  }

  #families({ open, handshakes, clients, draining }: Gauges): readonly Family[] {
    const gauge = (name: string, help: string, value: number): Family => {
      return { name: `rmq_proxy_${name}`, type: 'gauge', help, samples: [['', value]] };
    };
    const counter = (name: string, help: string, samples: readonly Sample[]): Family => {
      return { name: `rmq_proxy_${name}_total`, type: 'counter', help, samples };
    };
    return [
      gauge('connections_open', 'Connections open now, those being dialed included.', open),
      gauge('handshakes_open', 'TCP connections that are no WebSockets (yet).', handshakes),
      gauge('clients_known', 'Clients about whom something is remembered.', clients),
      gauge('draining', '1 while no new connections are accepted.', draining ? 1 : 0),
      counter('connections', 'Connections whose target was reached.', [['', this.#opened]]),
      counter('refused', 'Connections refused, by reason.', labelled('reason', this.#refused)),
      counter('closed', 'Connections over, by close code.', labelled('code', this.#closed)),
      counter('bytes', 'Bytes of payload passed on, by direction.', [
        ['{direction="to_target"}', this.#bytesToTarget],
        ['{direction="to_client"}', this.#bytesToClient],
      ]),
    ];
  }

  #histogram(): readonly string[] {
    const name = 'rmq_proxy_dial_seconds';
    return [
      `# HELP ${name} Time to resolve and dial targets.`,
      `# TYPE ${name} histogram`,
      ...[...this.#dials].map(([bound, count]) => `${name}_bucket{le="${bound}"} ${count}`),
      `${name}_bucket{le="+Inf"} ${this.#dialCount}`,
      `${name}_sum ${this.#dialSeconds}`,
      `${name}_count ${this.#dialCount}`,
    ];
  }
}

type Sample = readonly [labels: string, value: number];

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

function print({ name, type, help, samples }: Family): readonly string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}

function labelled(label: string, counts: ReadonlyMap<string, number>): readonly Sample[] {
  return [...counts].map(([value, count]) => [`{${label}="${value}"}`, count]);
}

/** What every exporter tells about its process, under the names dashboards know. */
function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1_000_000;
  const memory = process.memoryUsage.rss();
  return [
    { name: 'process_cpu_seconds_total', type: 'counter', help: 'CPU time used.', samples: [['', seconds]] },
    { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Memory held.', samples: [['', memory]] },
  ];
}
