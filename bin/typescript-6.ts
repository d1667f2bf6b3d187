/**
 * Preloaded into dependency-cruiser, which parses with TypeScript's JavaScript API. Version 7, the native compiler that
 * checks our types, has none: here `typescript` is version 6, by the package that Microsoft publishes for such tools.
 */
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.replace(/^typescript(?=$|\/)/, '@typescript/typescript6'), context),
})
