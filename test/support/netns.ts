/**
 * Small networks of their own for tests: Linux network namespaces joined by a bridge, without any way to the internet.
 * Needs root and iproute2. Everything is named after this process and taken down by `tearDown`, or when the process
 * exits in whatever way it can still notice.
 *
 *   [host 0]──eth0──┐
 *   [host 1]──eth0──┼── bridge (in a namespace of its own)      10.N.0.1, 10.N.0.2 …
 *   [host 2]──eth0──┘
 */
import { type ChildProcess, type SpawnOptions, execFileSync, spawn } from 'node:child_process';

export interface NetnsHost {
  /** Name of the namespace. */
  readonly name: string;
  /** IPv4 address on the shared network. */
  readonly address: string;
  /** Starts a process inside; it is killed at tear-down at the latest. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a command inside to its end and returns its output. Throws if it fails. */
  run(command: string, ...args: string[]): string;
  /** Takes the link away, as pulling the cable does: the other end of it goes down. */
  pullCable(): void;
  plugCable(): void;
  /** Drops everything that passes, without the link going down: a wall between two rooms. */
  block(): void;
  unblock(): void;
}

export interface NetnsNetwork {
  readonly hosts: readonly NetnsHost[];
  tearDown(): void;
}

export interface NetnsOptions {
  readonly hosts: number;
  /** Adds `224.0.0.0/4 dev eth0`, which some programs need for multicast. Default: false. */
  readonly multicastRoute?: boolean;
}

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

let serial = 0;

/** Null if namespaces can be made here, else why not. */
export function netnsAvailable(): string | null {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `tsp${process.pid}`;
  try {
    ip('netns', 'add', probe);
    ip('-n', probe, 'link', 'add', 'probe0', 'type', 'bridge');
    return null;
  } catch (error) {
    return `network namespaces cannot be made here: ${error instanceof Error ? error.message.split('\n').slice(0, 2).join(' ') : String(error)}`;
  } finally {
    try {
      ip('netns', 'del', probe);
    } catch {
      // It was never made.
    }
  }
}

/** Makes `hosts` namespaces on one bridge, each with loopback and `eth0` up and no default route. */
export function createNetnsNetwork({ hosts: count, multicastRoute = false }: NetnsOptions): NetnsNetwork {
  const tag = `ts${process.pid}x${++serial}`;
  const hub = `${tag}b`;
  const made: string[] = [];
  const children = new Set<ChildProcess>();
  let down = false;

  const tearDown = () => {
    if (down) return;
    down = true;
    process.off('exit', tearDown);
    for (const child of children) child.kill('SIGKILL');
    for (const name of made.reverse()) {
      try {
        ip('netns', 'del', name);
      } catch {
        // Nothing better can be done while leaving.
      }
    }
  };
  process.on('exit', tearDown);

  const makeNamespace = (name: string) => {
    ip('netns', 'add', name);
    made.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  };
  const makeHost = (index: number): NetnsHost => {
    const name = `${tag}h${index}`;
    const port = `port${index}`;
    const address = `10.${77 + (serial % 100)}.0.${index + 1}`;
    makeNamespace(name);
    ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('-n', hub, 'link', 'set', port, 'master', 'hub0');
    ip('-n', hub, 'link', 'set', port, 'up');
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    if (multicastRoute) ip('-n', name, 'route', 'add', '224.0.0.0/4', 'dev', 'eth0');
    return {
      name,
      address,
      spawn(command, args, options = {}) {
        const child = spawn('ip', ['netns', 'exec', name, command, ...args], options);
        children.add(child);
        child.once('exit', () => children.delete(child));
        return child;
      },
      run: (command, ...args) => ip('netns', 'exec', name, command, ...args),
      pullCable: () => void ip('-n', hub, 'link', 'set', port, 'down'),
      plugCable: () => void ip('-n', hub, 'link', 'set', port, 'up'),
      block: () => void ip('-n', hub, 'link', 'set', port, 'nomaster'),
      unblock: () => void ip('-n', hub, 'link', 'set', port, 'master', 'hub0'),
    };
  };
  try {
    makeNamespace(hub);
    // Forward at once: a real switch does not learn for seconds first. No snooping: it forgets groups nobody renews.
    ip('-n', hub, 'link', 'add', 'hub0', 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0');
    ip('-n', hub, 'link', 'set', 'hub0', 'up');
    return { hosts: Array.from({ length: count }, (_, index) => makeHost(index)), tearDown };
  } catch (error) {
    tearDown();
    throw error;
  }
}
