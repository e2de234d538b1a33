import { ServiceError } from '../dispatch/errors.ts';

/**
 * Keeps web pages out. The runtime runs functions and jobs for whoever can call it, and a browser on
 * this machine can: so a request that a page of another origin sent (it has an Origin header), or one
 * whose Host was made to point here by DNS rebinding, is refused before anything is looked at.
 */
export interface Gate {
  /** @throws ServiceError 403 */
  check(headers: Readonly<Record<string, string>>): void;
}

// Names that resolve to this machine or that AWS tools use; buckets come as a label in front of them.
const KNOWN_HOSTS = [
  'localhost',
  'localhost.localstack.cloud',
  'host.docker.internal',
  'amazonaws.com',
  'amazonaws.com.cn',
  'on.aws',
];

const IP_ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])$/i;
const LABELLED_IP = /(^|\.)\d{1,3}(\.\d{1,3}){3}$/;

/** @param allowedOrigins - origins of pages that may call, such as the console's own */
export function createGate(allowedOrigins: () => readonly string[]): Gate {
  return {
    check(headers) {
      const origin = headers['origin'];
      if (origin !== undefined && !allowedOrigins().includes(origin)) {
        throw refused(`Requests from web pages of ${origin} are refused`);
      }
      const host = (headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase();
      const known =
        host === '' ||
        IP_ADDRESS.test(host) ||
        LABELLED_IP.test(host) ||
        KNOWN_HOSTS.some((name) => host === name || host.endsWith(`.${name}`));
      if (!known) throw refused(`Requests for the host ${host} are refused; use http://127.0.0.1`);
    },
  };
}

function refused(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, { status: 403 });
}
