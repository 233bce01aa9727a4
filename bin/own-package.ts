/**
 * Loaded before anything else in a process that imports somebody's module: what such a module imports from `testbed` is
 * this package, whether one is installed beside the module or not, so that there is one of each class and table.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (!/^testbed(\/|$)/.test(specifier)) return next(specifier, context);
    return next(specifier, { ...context, parentURL: import.meta.url });
  },
});
