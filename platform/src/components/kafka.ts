import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isListening } from '../ask.ts'
import { runCommand } from '../install/run-command.ts'
import { confDir } from '../layout.ts'
import { makePrivateDir } from '../private-dir.ts'
import type { Component } from '../supervise/component.ts'
import { kafkaJavaArgs, propertiesText } from './java.ts'

export type KafkaDoor = { name: string; port: number; advertisedPort: number }

export type KafkaOptions = {
  java: string
  folder: string
  port: number
  controllerPort: number
  /** Further ways in, each advertised by a port of its own. */
  doors: readonly KafkaDoor[]
  /** The topics. */
  settle: () => Promise<void>
}

/** One Kafka broker that is its own controller. */
export function kafkaComponent(options: KafkaOptions): Component {
  const { java, folder, port } = options
  const settings = join(folder, 'broker.properties')
  return {
    name: 'kafka',
    componentClass: 'kafka',
    ports: [port, options.controllerPort, ...options.doors.map((door) => door.port)],
    after: [],
    async prepare() {
      await makePrivateDir(folder)
      const shared = await readFile(join(confDir, 'kafka/broker.properties'), 'utf8')
      await writeFile(settings, `${shared}\n${ownSettings(options, join(folder, 'data'))}`)
      await formatOnce(options, settings)
      await makePrivateDir(join(folder, 'data'))
    },
    command: { file: java, args: kafkaJavaArgs(512, 'kafka.Kafka', [settings]) },
    isReady: () => isListening(port),
    settle: options.settle,
    readyWithinMs: 90_000,
    stopWithinMs: 30_000,
  }
}

function ownSettings({ port, controllerPort, doors }: KafkaOptions, logDir: string): string {
  const main = { name: 'PLAINTEXT', port, advertisedPort: port }
  const controller = { name: 'CONTROLLER', port: controllerPort }
  const address = (name: string, at: number) => `${name}://127.0.0.1:${at}`
  const protocols = [main, controller, ...doors].map(({ name }) => `${name}:PLAINTEXT`)
  return propertiesText({
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: [main, controller, ...doors].map((door) => address(door.name, door.port)).join(),
    'advertised.listeners': [main, ...doors].map((door) => address(door.name, door.advertisedPort)).join(),
    'listener.security.protocol.map': protocols.join(),
    'log.dirs': logDir,
  })
}

/** A broker's folder must carry the id of its cluster before its first start. */
async function formatOnce(options: KafkaOptions, settings: string): Promise<void> {
  const data = join(options.folder, 'data')
  if (await readFile(join(data, 'meta.properties')).catch(() => null)) return
  const unfinished = `${data}.new`
  await rm(unfinished, { recursive: true, force: true })
  const formatSettings = `${settings}.format`
  await writeFile(
    formatSettings,
    (await readFile(settings, 'utf8')).replace(`log.dirs=${data}`, `log.dirs=${unfinished}`),
  )
  // Hex: of the ids in base64, one in 64 begins with a dash, and is taken for an option.
  const clusterId = randomBytes(10).toString('hex')
  await runCommand(
    options.java,
    kafkaJavaArgs(128, 'kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', formatSettings]),
  )
  await rename(unfinished, data)
  await rm(formatSettings)
}

/** The id of the cluster whose data lie in a broker's folder; null when there are none. */
export async function readClusterId(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'data/meta.properties'), 'utf8').catch(() => '')
  return /^cluster\.id=(.+)$/m.exec(text)?.[1] ?? null
}
