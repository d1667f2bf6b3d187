import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The two database servers the platform runs on. */
export type Flavour = 'mysql' | 'mariadb'

/** The root of the repository. */
export const projectDir = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** What both this package and docker-compose.yml read: server settings, grants, migrations, templates. */
export const confDir = join(projectDir, 'conf')

/** Where everything that was fetched lies; git-ignored, and safe to delete. */
export const fetchedDir = join(projectDir, '.stack')

/** Each flavour has its own folder: a server can't read the other's files. */
export function defaultDataDir(flavour: Flavour): string {
  return join(projectDir, '.data', flavour)
}

/** A store's id, which is also the name of its service, its connector and its topic prefix. */
export function storeId(number: number): string {
  return `store-${number}`
}

/** How many ports, from its port base on, are one installation's. */
export const PORTS = 300

/** Every port of one installation, all on 127.0.0.1, counted from its port base. */
export function portsFrom(portBase: number) {
  return {
    centralQuery: portBase,
    centralUpdate: portBase + 1,
    connect: portBase + 3,
    registry: portBase + 4,
    registryManagement: portBase + 5,
    kafka: portBase + 6,
    kafkaController: portBase + 7,
    mysqlCentral: portBase + 10,
    /** The server that a backup is loaded into, for as long as that takes. */
    mysqlRestore: portBase + 11,
    store: (number: number) => portBase + 100 + number,
    mysqlStore: (number: number) => portBase + 200 + number,
  }
}

export type Ports = ReturnType<typeof portsFrom>

/** Highest store number the port scheme has room for. */
export const mostStores = 99

/** The folders and files of one installation. */
export function foldersIn(dataDir: string) {
  const root = resolve(dataDir)
  return {
    root,
    /** Names the flavour and how many stores there are. */
    installation: join(root, 'installation.json'),
    secrets: join(root, 'secrets.json'),
    /** One file per database password, for Connect, which reads them by reference. */
    connectSecrets: join(root, 'connect-secrets'),
    logs: join(root, 'logs'),
    backups: join(root, 'backups'),
    log: (component: string) => join(root, 'logs', `${component}.log`),
    /** Who is running: one file per process started. */
    run: join(root, 'run'),
    /** What one component keeps. */
    component: (name: string) => join(root, name),
  }
}

export type Folders = ReturnType<typeof foldersIn>
