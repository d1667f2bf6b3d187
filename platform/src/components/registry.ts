import { answersOk } from '../ask.ts'
import { pieceDir } from '../install/piece.ts'
import { registryPiece } from '../install/registry.ts'
import type { Component } from '../supervise/component.ts'
import { JVM_ARGS } from './java.ts'

export type RegistryOptions = {
  java: string
  port: number
  managementPort: number
  mysqlPort: number
  password: string
}

/** The schema registry. Its schemas, and so their ids, lie in central's database and outlive it. */
export function registryComponent(options: RegistryOptions): Component {
  const { port } = options
  return {
    name: 'registry',
    componentClass: 'registry',
    ports: [port, options.managementPort],
    after: ['mysql-central'],
    command: {
      file: options.java,
      args: [...JVM_ARGS, '-Xmx320m', '-jar', 'quarkus-run.jar'],
      cwd: pieceDir(registryPiece),
      env: {
        QUARKUS_HTTP_HOST: '127.0.0.1',
        QUARKUS_HTTP_PORT: String(port),
        QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
        QUARKUS_MANAGEMENT_PORT: String(options.managementPort),
        APICURIO_STORAGE_KIND: 'sql',
        APICURIO_STORAGE_SQL_KIND: 'mysql',
        APICURIO_DATASOURCE_URL: `jdbc:mysql://127.0.0.1:${options.mysqlPort}/registry`,
        APICURIO_DATASOURCE_USERNAME: 'registry',
        APICURIO_DATASOURCE_PASSWORD: options.password,
      },
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/apis/ccompat/v7/subjects`),
    readyWithinMs: 90_000,
    stopWithinMs: 20_000,
  }
}
