import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answersOk } from '../ask.ts'
import { connectPluginsPiece } from '../install/connect-plugins.ts'
import { requireJava } from '../install/java-runtime.ts'
import { pieceDir } from '../install/piece.ts'
import { confDir } from '../layout.ts'
import { makePrivateDir } from '../private-dir.ts'
import type { Component } from '../supervise/component.ts'
import { kafkaJavaArgs, propertiesText } from './java.ts'

export type ConnectOptions = {
  java: string
  folder: string
  port: number
  brokers: string
  /** The folder of password files that connectors refer to. */
  secretsDir: string
}

/** Kafka Connect, which runs Debezium. Connectors and their positions are kept in Kafka. */
export function connectComponent(options: ConnectOptions): Component {
  const { folder, port } = options
  const settings = join(folder, 'worker.properties')
  return {
    name: 'connect',
    componentClass: 'connect',
    ports: [port],
    after: ['kafka', 'registry'],
    async prepare() {
      await requireJava(options.java)
      await makePrivateDir(folder)
      const shared = await readFile(join(confDir, 'connect/worker.properties'), 'utf8')
      const own = propertiesText({
        'bootstrap.servers': options.brokers,
        listeners: `http://127.0.0.1:${port}`,
        'rest.advertised.host.name': '127.0.0.1',
        'plugin.path': pieceDir(connectPluginsPiece(options.java)),
        'config.providers.directory.param.allowed.paths': options.secretsDir,
      })
      await writeFile(settings, `${shared}\n${own}`)
    },
    command: {
      file: options.java,
      args: kafkaJavaArgs(768, 'org.apache.kafka.connect.cli.ConnectDistributed', [settings]),
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/connectors`),
    readyWithinMs: 120_000,
    stopWithinMs: 30_000,
  }
}
