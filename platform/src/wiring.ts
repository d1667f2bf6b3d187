/** How a trial changes the addresses that components use for each other, so that proxies can inject faults. */
export type Wiring = {
  /** The port by which the component `from` reaches what listens at `port`. */
  portFor: (from: string, port: number) => number
  /** Listeners of Kafka beside its own. A client is sent on to the advertised port, so each way in needs one. */
  kafkaDoors: { name: string; port: number; advertisedPort: number }[]
  /** Added to a service's environment; asked at each start of it. */
  environmentOf: (component: string) => Record<string, string>
}

/** Every component reaches every other directly. */
export const plainWiring: Wiring = {
  portFor: (_from, port) => port,
  kafkaDoors: [],
  environmentOf: () => ({}),
}
