import { registerHooks } from 'node:module';

/**
 * Loaded before a server of the bench (`--import`): its sign-ins write down nothing, for they are given `no-events.ts` where
 * they import the log. No setting does this: what is not told cannot be relied on.
 */
const SIGN_IN = /\/src\/accounts\/(authenticate|let-in|sign-in-store)\.ts$/;

registerHooks({
  resolve(specifier, context, next) {
    const isLog = specifier === '../events/index.ts' && SIGN_IN.test(context.parentURL ?? '');
    return next(isLog ? new URL('./no-events.ts', import.meta.url).href : specifier, context);
  },
});
