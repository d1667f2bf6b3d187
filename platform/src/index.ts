// For programs that work on an installation that another process runs.

export { backUpStore } from './backup/back-up-store.ts'
export { loadStore } from './backup/load-store.ts'
export {
  chooseDataDir,
  helpText,
  integerOption,
  type OptionSpec,
  type Parsed,
  parseArguments,
  portBaseOption,
  UsageError,
} from './cli/arguments.ts'
export { connectComponent } from './components/connect.ts'
export { AlreadyRunning } from './control/claim.ts'
export { command } from './control/client.ts'
export {
  type DatabaseKind,
  type DatabaseServer,
  prepareDatabase,
  revokeOldRights,
} from './database/prepare-database.ts'
export { findInstallation, installationOf, type Place, type StoreAddress } from './find-installation.ts'
export { install } from './install/install.ts'
export { ensureJava } from './install/java.ts'
export { type Installation, Refused, readInstallation } from './installation.ts'
export { type Flavour, foldersIn, portsFrom, storeId } from './layout.ts'
export { CENTRAL_UPDATE_NODE_ARGS, LOCAL_STORE_NODE_ARGS, urlsOf } from './plan.ts'
export { type DatabaseSecrets, readSecrets, writePrivateFile } from './secrets.ts'
export { Stack, type StackStatus } from './stack.ts'
export { type StackOptions, startStack, untilAborted } from './start-stack.ts'
export { ConnectApi } from './streams/connect-api.ts'
export { type ConnectorSettings, connectorSettings } from './streams/connector-settings.ts'
export { ensureTopics } from './streams/topics.ts'
export type { ComponentClass, ComponentState, ComponentStatus } from './supervise/component.ts'
export { lastLines } from './supervise/log-file.ts'
export { endLeftovers, ownerMark } from './supervise/processes.ts'
export { ComponentFailed, ComponentRunner } from './supervise/runner.ts'
export type { Wiring } from './wiring.ts'
