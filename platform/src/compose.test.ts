import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import versions from '../../conf/versions.json' with { type: 'json' }
import { projectDir } from './layout.ts'

type Service = {
  image?: string
  build?: string
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  secrets?: string[]
  healthcheck?: object
  depends_on?: Record<string, { condition: string }>
}
type Compose = { services: Record<string, Service>; secrets: Record<string, { file: string }> }

const text = await readFile(join(projectDir, 'docker-compose.yml'), 'utf8')
const compose = parse(text, { merge: true }) as Compose
const services = Object.entries(compose.services)
const isJob = (service: Service) =>
  service.command?.some((part) => part.endsWith('deploy/set-up.ts')) ?? false

test('the compose file is valid by the schema of the compose specification', async () => {
  // The schema of the compose specification (Apache-2.0), as the linter dclint carries it.
  const linter = createRequire(import.meta.url).resolve('dclint/package.json')
  const schema = JSON.parse(
    await readFile(join(dirname(linter), 'schemas/compose.schema.json'), 'utf8'),
  ) as object
  const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(schema)
  validate(compose)
  expect(validate.errors).toBeNull()
})

const hasComposeClient = spawnSync('docker', ['compose', 'version']).status === 0

// Without a client the schema above is all that is checked.
test.runIf(hasComposeClient)('docker compose accepts the file', () => {
  const { stderr, status } = spawnSync('docker', ['compose', '--profile', 'ui', 'config', '--quiet'], {
    cwd: projectDir,
    encoding: 'utf8',
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
})

test('Kafka, the registry and Debezium have the versions that npm start runs', () => {
  expect(compose.services.kafka?.image).toBe(`apache/kafka:${versions.kafka.version}`)
  expect(compose.services.registry?.image).toBe(`apicurio/apicurio-registry:${versions.registry.version}`)
  expect(compose.services.connect?.image).toBe(`quay.io/debezium/connect:${versions.debezium.mysql}`)
})

test('every image is pinned to a version', () => {
  for (const [name, { image }] of services) expect(image, name).toMatch(/:v?\d+\.\d+(\.\d+)?[\w.]*$/)
})

test('every long-running service has a health check', () => {
  const silent = services.filter(([, service]) => !isJob(service) && !service.healthcheck)
  expect(silent.map(([name]) => name)).toEqual([])
})

test('every dependency names a service, with a condition that it can reach', () => {
  for (const [name, service] of services) {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      const target = compose.services[needed]
      expect(target, `${name} needs ${needed}`).toBeDefined()
      const wanted = target && isJob(target) ? 'service_completed_successfully' : 'service_healthy'
      expect(condition, `${name} needs ${needed}`).toBe(wanted)
    }
  }
})

test('every file of the project that is mounted or run is there', () => {
  for (const [name, { volumes = [], command = [] }] of services) {
    const mounted = volumes
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((path) => path.startsWith('./'))
    for (const path of mounted) expect(existsSync(join(projectDir, path)), `${name}: ${path}`).toBe(true)
    const scripts = command.join(' ').match(/(packages|services|platform)\/\S+\.ts/g) ?? []
    for (const path of scripts) expect(existsSync(join(projectDir, path)), `${name}: ${path}`).toBe(true)
  }
})

test('passwords come from secret files only, and every secret used has one', () => {
  for (const [name, { environment = {}, secrets = [] }] of services) {
    for (const secret of secrets) expect(compose.secrets[secret], `${name}: ${secret}`).toBeDefined()
    for (const [key, value] of Object.entries(environment)) {
      if (/PASSWORD|SECRET/.test(key)) expect(String(value), `${name}: ${key}`).toMatch(/^\/run\/secrets/)
    }
  }
})

test("root's passwords reach only the databases and their set-up", () => {
  const holders = services.filter(([, { secrets = [] }]) =>
    secrets.some((secret) => secret.endsWith('-root')),
  )
  for (const [name] of holders) expect(name).toMatch(/^(mysql-|set-up-databases$)/)
})

test('every server reads the settings the native stack reads', () => {
  const databases = services.filter(([name]) => name.startsWith('mysql-'))
  expect(databases).toHaveLength(4)
  for (const [, { volumes }] of databases) {
    expect(volumes).toContain('./conf/mysql/server.cnf:/etc/mysql/conf.d/shelfwire.cnf:ro')
  }
  const takeRows = databases.filter(([, { command = [] }]) => command.includes('--local-infile=ON'))
  expect(takeRows.map(([name]) => name)).toEqual(['mysql-central'])
})
