import type { RequestOptions } from 'node:https';
import { registerHooks, syncBuiltinESMExports } from 'node:module';

type Http = typeof import('node:http');
type Https = typeof import('node:https');
type Arguments = [string | URL | RequestOptions, ...unknown[]];

/**
 * The runtime speaks HTTP at its port. Programs that answer CloudFormation by HTTPS to the mere host
 * name of the address they were given (CDK's own custom resources do) reach it all the same.
 *
 * Nothing is done before a function asks for the module: loading it takes as long as starting Node.
 *
 * @param endpoint - of the runtime
 */
export function reachRuntimeByHttps(endpoint: string): void {
  let done = false;
  registerHooks({
    resolve(specifier, context, next) {
      if (!done && /^(node:)?https$/.test(specifier)) {
        done = true;
        redirect(endpoint, process.getBuiltinModule('node:http'), process.getBuiltinModule('node:https'));
      }
      return next(specifier, context);
    },
  });
}

function redirect(endpoint: string, http: Http, https: Https): void {
  const { hostname, port } = new URL(endpoint);
  const isMeant = (options: RequestOptions | URL) =>
    (options.hostname ?? (options as RequestOptions).host) === hostname &&
    [undefined, null, '', '443', 443, port].includes(options.port);
  const redirected = (method: Https['request'], plain: Http['request']) =>
    function request(...[first, ...rest]: Arguments) {
      const target = typeof first === 'string' ? new URL(first) : first;
      if (!isMeant(target)) return method(first as RequestOptions, ...(rest as []));
      const options = target instanceof URL ? { path: target.pathname + target.search } : target;
      return plain({ ...options, protocol: 'http:', hostname, port, agent: undefined }, ...(rest as []));
    };
  Object.assign(https, {
    request: redirected(https.request, http.request),
    get: redirected(https.get, http.get),
  });
  syncBuiltinESMExports();
}
