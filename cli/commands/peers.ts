/** `tallystick peers`: who is within reach. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { addCommand, seconds, withSession } from '../command.ts';
import { typed, typedElsewhere } from '../invocation.ts';
import { need } from '../session.ts';

/** How long a command that had to open the network itself looks around; discovery answers within a second. */
const LOOK_AROUND_MS = 3_000;

export const peersCommand = (program: Command): Command =>
  addCommand<{ for?: number }>(program, 'peers', {
    about: 'who is within reach',
    options: [['--for <seconds>', 'look around for so long first (when nobody serves the wallet: 3)', seconds]],
    run: (call) => withSession(call, { network: true }, async ({ client, shell }) => {
      await pause(call.options.for ?? (shell ? 0 : LOOK_AROUND_MS));
      const network = await need(client['network.status']({}));
      const [contacts, strangers] = [await need(client['people.contacts']({})), await need(client['people.strangers']({}))];
      const peers = network.nearby.map((peer) => {
        const contact = contacts.find(({ instance }) => instance === peer.instance);
        const stranger = strangers.find(({ instance }) => instance === peer.instance);
        return { ...peer, name: contact?.name ?? stranger?.name ?? peer.name, paired: contact !== undefined, tier: contact?.tier ?? stranger?.tier ?? null };
      });
      // Whom nobody has met yet may be a contact at a new address as well as a stranger.
      const words = peers.map((peer) => `${peer.name ?? 'somebody'}  ${peer.paired ? 'a contact' : peer.instance === null ? 'not met yet' : 'not paired'}  ${peer.paired && peer.state === 'failed' ? 'away' : peer.state}  ${peer.instance ?? peer.peerId}\n  ${peer.addresses.join('\n  ')}${peer.trouble ? `\n  ${peer.trouble.detail}` : ''}`);
      const trouble = network.trouble ? `\n${network.trouble.detail}` : '';
      call.output.result(peers, (words.join('\n') || `Nobody yet. If they are on the same network, ask for their address or link (${typedElsewhere('link')}, there) and type: ${typed('pair ADDRESS')}`) + trouble);
    }),
  });
