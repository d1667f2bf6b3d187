import { isDeepStrictEqual } from 'node:util'
import { fetchWithin, waitFor } from '../ask.ts'
import type { ConnectorSettings } from './connector-settings.ts'

export type TaskState = { id: number; state: string; trace?: string }
export type ConnectorState = {
  name: string
  connector: { state: string; trace?: string }
  tasks: TaskState[]
}

/** Connect's REST API, as much of it as is used here. */
export class ConnectApi {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Creates the connector, or changes it when its settings differ; true when it did either. */
  async ensureConnector(name: string, settings: ConnectorSettings): Promise<boolean> {
    const { status, body } = await this.#ask('GET', `/connectors/${name}/config`)
    if (status === 200 && isDeepStrictEqual(body, { ...settings, name })) return false
    await this.#insist(`connector ${name}`, 'PUT', `/connectors/${name}/config`, settings)
    return true
  }

  /** Waits until the connector and its task run; throws with the reason when they don't. */
  async untilRunning(name: string, withinMs = 180_000): Promise<void> {
    const probe = async () => {
      const state = (await this.states()).find((each) => each.name === name)
      if (!state) throw new Error('Connect does not know it yet')
      const states = [state.connector, ...state.tasks]
      if (state.tasks.length > 0 && states.every((each) => each.state === 'RUNNING')) return true
      throw new Error(states.map((each) => `${each.state} ${firstLine(each.trace)}`.trim()).join(', '))
    }
    await waitFor(`connector ${name}`, probe, withinMs)
  }

  /** Every connector with its tasks. Throws when Connect doesn't answer. */
  async states(): Promise<ConnectorState[]> {
    const { status, body } = await this.#ask('GET', '/connectors?expand=status')
    if (status !== 200) throw new Error(`Connect answers ${status}`)
    return Object.values(body as Record<string, { status: ConnectorState }>).map((each) => each.status)
  }

  /** The id of the Kafka cluster that Connect found when it was started; null when it doesn't say. */
  async clusterId(): Promise<string | null> {
    const { status, body } = await this.#ask('GET', '/')
    if (status !== 200) throw new Error(`Connect answers ${status}`)
    return (body as { kafka_cluster_id?: string }).kafka_cluster_id ?? null
  }

  /** Stops the connector and forgets how far it has read: once it runs again, it begins with a snapshot. */
  async forgetOffsets(name: string): Promise<void> {
    await this.#insist(`connector ${name} to stop`, 'PUT', `/connectors/${name}/stop`)
    // Refused until its task has ended.
    await this.#insist(`the offsets of connector ${name} to go`, 'DELETE', `/connectors/${name}/offsets`)
  }

  /** Lets a connector run that was stopped; one that runs isn't troubled. */
  async resume(name: string): Promise<void> {
    await this.#insist(`connector ${name} to go on`, 'PUT', `/connectors/${name}/resume`)
  }

  /** Restarts the connector with its task, which forgets all it knew but its position. */
  async restart(name: string): Promise<void> {
    await this.#insist(
      `connector ${name} to restart`,
      'POST',
      `/connectors/${name}/restart?includeTasks=true`,
    )
  }

  /** Restarts what has failed of a connector: itself, its tasks. */
  async restartFailed(name: string): Promise<void> {
    await this.#ask('POST', `/connectors/${name}/restart?includeTasks=true&onlyFailed=true`)
  }

  /** Asks until Connect agrees: it answers 409 while its worker rebalances after the change before. */
  async #insist(what: string, method: string, path: string, content?: unknown): Promise<void> {
    const probe = async () => {
      const { status, body } = await this.#ask(method, path, content)
      if (status < 300) return true
      throw new Error(`Connect answers ${status}: ${JSON.stringify(body)}`)
    }
    await waitFor(what, probe, 30_000)
  }

  async #ask(method: string, path: string, content?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetchWithin(10_000, `${this.#url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
}

/** The first line of a Java stack trace: what went wrong, without where. */
export function firstLine(trace: string | undefined): string {
  return trace?.split('\n')[0] ?? ''
}
