/**
 * The person's settings as the shell needs them (theme, language, notifications, visibility), asked of the host through
 * the same contract as everybody and asked again whenever they change.
 */
import { createClient } from '../../protocol/contracts/client.ts';
import { type Settings, hostContract } from '../../protocol/contracts/host.contract.ts';
import type { WalletHost } from '../host/wallet-host.port.ts';

export interface ShellSettings {
  /** Null until the host has answered once. */
  current(): Settings | null;
  set(part: Partial<Settings>): void;
}

/** @param onChange called with every new answer, the first one included */
export function followSettings(host: Pick<WalletHost, 'serve' | 'onNotice'>, onChange: (settings: Settings) => void): ShellSettings {
  const client = createClient(hostContract, (call) => host.serve(call));
  let current: Settings | null = null;
  const ask = async (): Promise<void> => {
    const settings = await client['settings.get']({});
    if (!settings.ok) return console.warn(`tallystick: settings are not known: ${settings.failure.code}`);
    current = settings.value;
    onChange(settings.value);
  };
  host.onNotice(({ changed }) => { if (changed.includes('settings')) void ask(); });
  void ask();
  return {
    current: () => current,
    set: (part) => {
      void client['settings.set'](part).then((reply) => {
        if (!reply.ok) console.warn(`tallystick: the setting was not kept: ${reply.failure.code}`);
      });
    },
  };
}
