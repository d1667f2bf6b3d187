import type { Server } from 'node:http'
import type { ClaimedPorts } from './claim-ports.ts'
import { readClusterId } from './components/kafka.ts'
import type { Installation } from './installation.ts'
import { writeInstallation } from './installation.ts'
import { type Ports, portsFrom, storeId } from './layout.ts'
import { type Plan, serverIdOf, storeComponents, type Urls, urlsOf } from './plan.ts'
import { checkPortsFree } from './ports-free.ts'
import { ensureSecrets, type Secrets } from './secrets.ts'
import { registerStore, untilFresh } from './stores.ts'
import { ConnectApi } from './streams/connect-api.ts'
import { connectorSettings } from './streams/connector-settings.ts'
import { ensureTopics } from './streams/topics.ts'
import { watchConnectors } from './streams/watch-connectors.ts'
import type { ComponentState, ComponentStatus } from './supervise/component.ts'
import { signal } from './supervise/processes.ts'
import type { Supervisor } from './supervise/supervisor.ts'

type Log = (line: string) => void

export type StackState = 'starting' | 'ready' | 'stopping' | 'stopped'
export type StackStatus = {
  state: StackState
  pid: number
  installation: Installation
  components: ComponentStatus[]
}

/** One installation that this process runs. Made by `startStack`. */
export class Stack implements AsyncDisposable {
  readonly urls: Urls
  readonly ports: Ports
  /** Resolves once everything is stopped and the command that asked for it was answered. */
  readonly stopped: Promise<void>
  #plan: Plan
  #state: StackState = 'starting'
  readonly #supervisor: Supervisor
  readonly #connect: ConnectApi
  readonly #listeners = new Set<Log>()
  readonly #watch = new AbortController()
  readonly #claim: Server
  readonly #ports: ClaimedPorts
  #stopping: Promise<void> | null = null
  /** The connectors that must exist: only those of stores that are registered at central. */
  readonly #connected = new Map<string, number>()

  constructor(plan: Plan, supervisor: Supervisor, { claim, ports }: { claim: Server; ports: ClaimedPorts }) {
    this.#plan = plan
    this.#claim = claim
    this.#ports = ports
    this.#supervisor = supervisor
    this.urls = urlsOf(plan.installation.portBase)
    this.ports = portsFrom(plan.installation.portBase)
    this.#connect = new ConnectApi(this.urls.connect)
    this.stopped = new Promise((resolve) => claim.once('close', resolve))
  }

  get secrets(): Secrets {
    return this.#plan.secrets
  }

  get installation(): Installation {
    return this.#plan.installation
  }

  /** Calls `listener` with every line reported; returns what ends that. */
  onLog(listener: Log): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Reports a line to everyone who listens. */
  readonly log: Log = (line) => {
    for (const listener of this.#listeners) listener(line)
  }

  /** Starts these components, and joins the stores among them to central. */
  async bringUp(names: string[], storeNumbers: number[]): Promise<void> {
    await this.#supervisor.start(names)
    await this.#joinStores(storeNumbers, this.#supervisor.has('mysql-central'))
    if (this.#supervisor.has('connect')) void this.#watchConnectors()
    if (this.#state === 'starting') this.#state = 'ready'
  }

  /** A component's process id (null while it is down) and what it is doing. */
  component(name: string): { pid: number | null; state: ComponentState } {
    const { pid, state } = this.#supervisor.runner(name)
    return { pid, state }
  }

  /** Sends a signal to a component's process, as a fault would; the supervisor treats it as one. */
  kill(name: string, how: NodeJS.Signals = 'SIGKILL'): void {
    const { pid } = this.component(name)
    if (pid === null) throw new Error(`${name} isn't running`)
    signal(pid, how)
  }

  /** Stops a component and holds it down until `startComponent`. */
  async stopComponent(name: string): Promise<void> {
    await this.#supervisor.runner(name).stop()
    this.log(`${name} is down, and held down until it is started`)
  }

  async startComponent(name: string): Promise<void> {
    await this.#supervisor.start([name])
  }

  /** Adds the next store to the running stack, and remembers it; returns its id. */
  async addStore(): Promise<string> {
    const number = this.installation.stores + 1
    const id = storeId(number)
    const { folders } = this.#plan
    const installation = { ...this.installation, stores: number }
    const owners = [...Object.keys(this.secrets.databases), id]
    const plan = { ...this.#plan, installation, secrets: await ensureSecrets(folders, owners) }
    const components = storeComponents(plan, number)
    await checkPortsFree(components)
    await writeInstallation(folders.root, installation)
    this.#plan = plan
    this.#supervisor.add(components)
    await ensureTopics(this.urls.brokers, [id])
    await this.#supervisor.start(components.map((component) => component.name))
    await this.#joinStores([number], false)
    this.log(`${id} has joined: ${this.urls.store(number)}`)
    return id
  }

  async status(): Promise<StackStatus> {
    const components = await this.#supervisor.status()
    return { state: this.#state, pid: process.pid, installation: this.installation, components }
  }

  /** Stops every component in order. Safe to call twice: both wait for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stopAll(): Promise<void> {
    this.#state = 'stopping'
    this.#watch.abort()
    await this.#supervisor.stop()
    this.#state = 'stopped'
    this.#ports.release()
    this.#claim.close()
  }

  /** Central learns of the stores before their records arrive: it refuses those of a connector it doesn't know. */
  async #joinStores(numbers: number[], central: boolean): Promise<void> {
    const has = (component: string) => this.#supervisor.has(component)
    if (has('central-query')) {
      for (const number of numbers) await registerStore(this.urls.centralQuery, storeId(number), number)
    }
    if (!has('connect')) return
    const owners = [...(central ? [0] : []), ...numbers.filter((number) => has(`mysql-${storeId(number)}`))]
    for (const number of owners) await this.#ensureConnector(number)
    for (const number of owners) this.#connected.set(ownerOf(number), number)
    for (const number of owners) {
      // A connector stays stopped when a restore or a rebuild was killed.
      await this.#connect.resume(ownerOf(number))
      await this.#connect.untilRunning(ownerOf(number))
    }
    if (has('central-query') && has('central-update')) {
      const ids = numbers.filter((number) => has(storeId(number))).map(storeId)
      await untilFresh(this.urls.centralQuery, ids).then(
        () => this.log('every store is fresh in central'),
        // One store in doubt is mended with all the others running: a restore and a rebuild need them.
        (error: Error) => this.log(`${error.message}. Central's page says why; everything is running`),
      )
    }
  }

  #watchConnectors(): Promise<void> {
    return watchConnectors(
      {
        api: this.#connect,
        wanted: () => this.#connected.keys(),
        set: (name) => this.#ensureConnector(this.#connected.get(name) ?? 0),
        clusterId: () => readClusterId(this.#plan.folders.component('kafka')),
        restartConnect: () => this.kill('connect'),
        log: this.log,
      },
      this.#watch.signal,
    )
  }

  async #ensureConnector(number: number): Promise<void> {
    const { installation, folders } = this.#plan
    const owner = ownerOf(number)
    const settings = await connectorSettings({
      owner,
      flavour: installation.flavour,
      databaseHost: '127.0.0.1',
      databasePort: this.#plan.wiring.portFor(
        'connect',
        number === 0 ? this.ports.mysqlCentral : this.ports.mysqlStore(number),
      ),
      serverId: 5000 + serverIdOf(number),
      brokers: this.urls.brokers,
      registryApi: this.urls.registryApi,
      secretsDir: folders.connectSecrets,
    })
    if (await this.#connect.ensureConnector(owner, settings)) this.log(`connector ${owner} set`)
  }
}

/** Central counts as number 0 among those who own a database. */
function ownerOf(number: number): string {
  return number === 0 ? 'central' : storeId(number)
}
