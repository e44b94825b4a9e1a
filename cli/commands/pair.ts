/** `tallystick pair`, `pairings`: making somebody a contact by comparing words. */
import type { Command } from 'commander';
import { Refusal } from '../../protocol/errors.ts';
import type { InstanceId } from '../../protocol/identifiers.ts';
import { type Call, addCommand, seconds, withSession } from '../command.ts';
import { type PairingReady, awaitWords, finishPairing, sameWords, startPairing } from '../pairing.ts';
import { quoted, typed, typedElsewhere } from '../invocation.ts';
import { ask } from '../prompt.ts';
import { resolveContact } from '../resolve-contact.ts';
import { type Session, need } from '../session.ts';

/** Two people looking for each other's screens. */
const PAIRING_PATIENCE_MS = 180_000;

interface PairOptions {
  readonly accept?: string;
  readonly reject?: string;
  readonly yesWords?: string;
  readonly confirm?: boolean;
  readonly start?: boolean;
  readonly timeout?: number;
}

const MORE = `ADDRESS is a multiaddr that ends in its peer id (/ip4/192.168.1.7/tcp/4001/p2p/12D3Koo…), a tallystick:// link, or
the name of somebody whom \`peers\` shows. Both people see three words; if they are the same, both say yes.
On the other computer: ${typedElsewhere('pairings')}, then ${typedElsewhere('pair --accept NAME')}

A script compares the words with --yes-words "one two three", or answers yes or no on stdin after the line
{"state":"compare","instance":…,"words":[…]}. --confirm takes them unseen: only where nobody can stand in between.`;

export function pairCommands(program: Command): void {
  addCommand<PairOptions>(program, 'pair [address]', {
    about: 'make somebody a contact by comparing three words',
    options: [
      ['--accept <who>', 'answer a pairing that they have started'],
      ['--reject <who>', 'end a pairing; nobody is added'],
      ['--yes-words <words>', 'the words on the other screen: confirm if they are the same, refuse if not'],
      ['--confirm', 'confirm without comparing'],
      ['--start', 'only start, print the words and leave; finish with --accept'],
      ['--timeout <seconds>', 'wait so long for the other side (180)', seconds],
    ],
    more: MORE,
    run: (call) => withSession(call, { network: true }, (session) => pair(call, session)),
  });
  addCommand<object>(program, 'pairings', {
    about: 'pairings under way, with their words',
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      const pairings = await need(client['pairing.list']({}));
      call.output.result(pairings, pairings.map(({ name, instance, state, words }) => `${name}  ${words ? call.output.strong(words.join(' · ')) : 'waiting'}  ${state}  ${instance}`).join('\n') || 'No pairing is under way.');
    }),
  });
}

async function pair(call: Call<PairOptions>, session: Session): Promise<void> {
  const { accept, reject, start } = call.options;
  const [address] = call.args;
  if ([accept, reject, address].filter((given) => given !== undefined).length !== 1) throw new Refusal('bad_input', 'Say with whom: pair ADDRESS, pair --accept WHO or pair --reject WHO.');
  if (start && !session.shell) throw new Refusal('bad_input', `With --start the wallet must be served, or the pairing would end with this command: ${typed('serve')}`);
  if (reject !== undefined) {
    const { instance, name } = await pairingNamed(session, reject);
    await need(session.client['pairing.cancel']({ instance }));
    call.output.result({ state: 'cancelled', instance, name }, `The pairing with ${name} has ended. Nobody was added.`);
    return;
  }
  const patience = call.options.timeout ?? PAIRING_PATIENCE_MS;
  const instance = accept !== undefined ? (await pairingNamed(session, accept)).instance : await meet(call, session, address ?? '');
  if (accept === undefined) await startPairing(session, instance);
  const ready = await awaitWords(session, instance, patience);
  call.output.result({ state: 'compare', instance, name: ready.name, tier: ready.tier, words: ready.words }, `Pairing with ${call.output.strong(ready.name)} (${ready.tier}). Your screen says:\n\n    ${call.output.strong(ready.words.join(' · '))}\n`);
  if (start) return;
  const contact = await finishPairing(session, instance, await compare(call, ready), patience);
  call.output.result({ state: 'paired', instance, name: contact.name, tier: contact.tier, contact }, `${call.output.strong(contact.name)} is a contact now.`);
}

const pairingNamed = async ({ client }: Session, who: string): Promise<{ instance: InstanceId; name: string }> => {
  const pairings = await need(client['pairing.list']({}));
  try {
    return resolveContact(who, pairings, 'pairing with');
  } catch (error) {
    if (error instanceof Refusal && error.failure.code === 'unknown_contact') throw new Refusal('unknown_pairing', `No pairing with "${who.slice(0, 80)}" is under way.`);
    throw error;
  }
};

/** The instance at an address, or of somebody who is near already. */
async function meet(call: Call<PairOptions>, { client }: Session, address: string): Promise<InstanceId> {
  if (/^(\/|tallystick:)/.test(address)) {
    call.output.say('Connecting…');
    return (await need(client['network.connect']({ address }))).instance;
  }
  const strangers = await need(client['people.strangers']({}));
  const contacts = await need(client['people.contacts']({}));
  const known = contacts.find(({ instance, name }) => instance === address || name === address);
  if (known && !strangers.some(({ name }) => name === address)) throw new Refusal('already_paired', `${known.name} is a contact already.`);
  return resolveContact(address, strangers, 'one near called').instance;
}

async function compare(call: Call<PairOptions>, { words, name }: PairingReady): Promise<boolean> {
  if (call.options.yesWords !== undefined) return sameWords(call.options.yesWords, words);
  if (call.options.confirm) {
    call.output.say('Confirmed without comparing (--confirm): this does not notice somebody in between.');
    return true;
  }
  for (;;) {
    const answer = await ask(`Does ${name}'s screen say the same, in the same order? [yes/no]`);
    if (answer === null) throw new Refusal('bad_input', `Nobody answered. The pairing stays open while the wallet is served: ${typed(`pair --accept ${quoted(name, process.platform)}`)}`);
    if (/^y(es)?$/i.test(answer)) return true;
    if (/^no?$/i.test(answer)) return false;
  }
}
