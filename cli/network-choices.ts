/**
 * How the network is opened where no option says otherwise: by `serve`, and by short commands that find nobody serving
 * the wallet. The environment may narrow it, for machines on which nothing may leave loopback.
 */

/** Every interface; the host keeps the port from one start to the next. */
const EVERYWHERE: readonly string[] = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0'];

export interface NetworkChoices {
  readonly listen: readonly string[];
  readonly mdns: boolean;
}

/** `TALLYSTICK_LISTEN`: multiaddrs, separated by commas. `TALLYSTICK_MDNS=off`: no discovery. Pure. */
export function networkChoices(env: Readonly<Record<string, string | undefined>>): NetworkChoices {
  const listen = (env['TALLYSTICK_LISTEN'] ?? '').split(',').map((address) => address.trim()).filter(Boolean);
  return { listen: listen.length > 0 ? listen : EVERYWHERE, mdns: env['TALLYSTICK_MDNS'] !== 'off' };
}
