/** Texts that people type, paste and scan, and programs hand over: links, addresses, amounts, proofs, arguments, paths. */
import { isDeepStrictEqual } from 'node:util';
import { resolve, sep } from 'node:path';
import { amountFault } from '../../../renderer/i18n/amount-fault.ts';
import { readTypedAmount } from '../../../renderer/i18n/typed-amount.ts';
import { parseArguments } from '../../../main/desktop/arguments.ts';
import { appFileOf } from '../../../main/desktop/rules/app-files.ts';
import { isAppUrl } from '../../../main/desktop/rules/app-origin.ts';
import { linkOf, MAX_LINK_CHARS } from '../../../main/desktop/rules/deep-link.ts';
import { EXTERNAL_LINKS, isAllowedLink, openLink } from '../../../main/desktop/rules/external-links.ts';
import { isPermitted } from '../../../main/desktop/rules/permissions.ts';
import { targetIn } from '../../../main/host/services/link-target.ts';
import { dialTargets, parseDialTarget, parsePeerId } from '../../../main/host/network/dial-targets.ts';
import type { PeerHint } from '../../../main/host/network/carrier.port.ts';
import { formatAmount, parseAmount } from '../../../protocol/amount.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { checkForkProof } from '../../../protocol/fork-proof.ts';
import { formatForkProof, parseForkProof } from '../../../protocol/fork-proof.codec.ts';
import { instanceIdOf, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT } from '../../../protocol/limits.ts';
import { formatPairLink, isDialableAddress, parseLink } from '../../../protocol/link.codec.ts';
import { opened } from '../engine/electron-stand-in.ts';
import { ACCEPTED, type Target, codeOf, mustHold, refusedWith, textTarget, valueTarget, verdictOf } from '../engine/target.ts';

const NO = refusedWith('no');
const yesOrNo = (answer: unknown) => {
  mustHold(typeof answer === 'boolean', 'neither yes nor no');
  return answer === true ? ACCEPTED : NO;
};
/** What refuses by throwing throws Refusals, and only with these codes. */
export function refusing(work: () => unknown, ...codes: Parameters<typeof codeOf>[1] & readonly unknown[]) {
  try {
    work();
    return ACCEPTED;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return codeOf(error.failure, codes as never);
  }
}

const isHint = (value: unknown): value is PeerHint => {
  const { peerId, addresses, foundBy } = (value ?? {}) as Partial<PeerHint>;
  return typeof peerId === 'string' && Array.isArray(addresses) && addresses.every((address) => typeof address === 'string') && typeof foundBy === 'string';
};
const LOCAL = [{ interfaceName: 'eth0', address: '192.168.1.5', prefix: 24, family: 4, internal: false }] as const;
const ROOT = resolve('/srv/interface');

export const TEXT_TARGETS: readonly Target[] = [
  textTarget('amount', {
    covers: ['protocol/amount.ts#parseAmount'],
    run(text) {
      for (const decimals of [0, 9]) parseAmount(text, decimals);
      const amount = parseAmount(text, 2);
      if (amount.ok) {
        mustHold(amount.value > 0n && amount.value <= MAX_AMOUNT, 'not an amount that can exist');
        mustHold(isDeepStrictEqual(parseAmount(formatAmount(amount.value, 2), 2), amount), 'what was read is written otherwise');
      }
      return verdictOf(amount, ['bad_amount']);
    },
  }),
  textTarget('typed-amount', {
    covers: ['renderer/i18n/typed-amount.ts#readTypedAmount'],
    run(text) {
      for (const locale of ['en', 'de', 'fr-CH']) {
        const amount = readTypedAmount(text, 2, locale);
        mustHold(!amount.ok || (amount.value > 0n && amount.value <= MAX_AMOUNT), 'not an amount that can exist');
        if (!amount.ok) mustHold(amountFault(text, 2, locale).length > 0, 'what is wrong with it has no words');
      }
      return verdictOf(readTypedAmount(text, 2, 'en'), ['bad_amount']);
    },
  }),
  textTarget('link', {
    covers: ['protocol/link.codec.ts#parseLink', 'protocol/link.codec.ts'],
    run(text) {
      const link = parseLink(text);
      if (link.ok) mustHold(isDeepStrictEqual(parseLink(formatPairLink(link.value)), link), 'what was read is written otherwise');
      return verdictOf(link, ['bad_link']);
    },
  }),
  textTarget('dialable-address', { covers: ['protocol/link.codec.ts#isDialableAddress'], run: (text) => yesOrNo(isDialableAddress(text)) }),
  textTarget('fork-proof', {
    covers: ['protocol/fork-proof.codec.ts#parseForkProof', 'protocol/fork-proof.codec.ts', 'protocol/fork-proof.ts#isSignedPosition', 'protocol/fork-proof.ts#checkForkProof'],
    run(text) {
      const proof = parseForkProof(text);
      if (!proof.ok) return codeOf(proof.failure, ['bad_proof', 'not_a_fork']);
      mustHold(formatForkProof(proof.value) === text, 'one proof has two texts');
      return verdictOf(checkForkProof(proof.value), ['proof_forged', 'not_a_fork']);
    },
  }),
  textTarget('instance-id', {
    covers: ['protocol/identifiers.ts#instanceKeyOf'],
    run(text) {
      const key = instanceKeyOf(text);
      if (!key) return NO;
      mustHold(key.length === 32 && instanceIdOf(key) === text, 'one instance has two names');
      return ACCEPTED;
    },
  }),
  textTarget('dial-target', {
    covers: ['main/host/network/dial-targets.ts#parseDialTarget'],
    run: (text) => refusing(() => {
      const { host, port } = parseDialTarget(text);
      mustHold(host.length > 0 && port >= 1 && port <= 65_535, 'nobody can be reached there');
    }, 'bad_address'),
  }),
  textTarget('where-to', {
    covers: ['main/host/services/link-target.ts'],
    run: (text) => refusing(() => {
      const { hint } = targetIn(text);
      mustHold(hint.peerId.length > 0 && hint.addresses.every(isDialableAddress), 'nowhere to go');
    }, 'bad_link', 'bad_address'),
  }),
  textTarget('peer-id', { covers: ['main/host/network/dial-targets.ts#parsePeerId'], run: (text) => refusing(() => mustHold(parsePeerId(text).toString().length > 0, 'no name'), 'bad_address') }),
  valueTarget('peer-hint', {
    covers: ['main/host/network/dial-targets.ts#dialTargets', 'main/host/network/interfaces.ts#isPrivateAddress', 'main/host/network/interfaces.ts#isOnLink'], form: 'json',
    run: (hint) => (isHint(hint) ? refusing(() => {
      const found = dialTargets(hint, LOCAL);
      mustHold(found.length > 0 && found.length <= 8 && found.every((address) => address.toString().includes('/p2p/')), 'addresses that were not asked for');
    }, 'bad_address') : NO),
  }),
  valueTarget('deep-link', {
    covers: ['main/desktop/rules/deep-link.ts#linkOf'],
    run(value) {
      const link = linkOf(value);
      if (link !== null) mustHold(typeof link === 'string' && link.length <= MAX_LINK_CHARS && /^tallystick:/i.test(link), 'not a link of ours');
      return link === null ? NO : ACCEPTED;
    },
  }),
  valueTarget('app-arguments', {
    covers: ['main/desktop/arguments.ts#parseArguments'], form: 'json',
    run(argv) {
      if (!Array.isArray(argv) || !argv.every((one) => typeof one === 'string')) return NO;
      const parsed = parseArguments(argv, { dataDir: '/home/ada/wallet', listen: [] });
      if (parsed.ok) mustHold(resolve(parsed.value.dataDir) === parsed.value.dataDir && parsed.value.listen.length <= 16, 'a folder or addresses that make no sense');
      return verdictOf(parsed, ['bad_input']);
    },
  }),
  textTarget('app-file', {
    covers: ['main/desktop/rules/app-files.ts#appFileOf', 'main/desktop/rules/app-files.ts', 'main/desktop/rules/app-origin.ts#isAppUrl', 'main/desktop/rules/app-origin.ts'],
    run(url) {
      const file = appFileOf(url, ROOT);
      if (!file) return NO;
      mustHold(isAppUrl(url), 'served to another origin');
      mustHold(file.path.startsWith(ROOT + sep) && resolve(file.path) === file.path && !file.path.includes('\0'), `outside of the interface: ${file.path}`);
      return ACCEPTED;
    },
  }),
  textTarget('external-link', {
    covers: ['main/desktop/rules/external-links.ts#isAllowedLink', 'main/desktop/rules/external-links.ts#openLink'],
    async run(url) {
      opened.splice(0);
      await openLink(url);
      mustHold(opened.every((page) => Object.values<string>(EXTERNAL_LINKS).includes(page)), `the browser was sent to ${opened.join(' ')}`);
      mustHold((opened.length === 1) === isAllowedLink(url), 'allowed and not opened, or opened and not allowed');
      return opened.length === 1 ? ACCEPTED : NO;
    },
  }),
  valueTarget('permission', {
    covers: ['main/desktop/rules/permissions.ts#isPermitted'],
    run(value) {
      const { permission, url, isMainFrame } = (value ?? {}) as { permission: string; url: string; isMainFrame: boolean };
      if (typeof permission !== 'string' || typeof url !== 'string' || typeof isMainFrame !== 'boolean') return NO;
      const permitted = isPermitted(permission, { url, isMainFrame });
      if (permitted) mustHold(isAppUrl(url) && isMainFrame, 'another page may do something');
      return yesOrNo(permitted);
    },
  }),
];
