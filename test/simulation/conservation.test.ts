/**
 * Random histories of three vaults, each issuing a currency and paying in all of them, over lines that lose, crash and
 * come back (assurance: value conserved). After every step each vault's books balance; at the end, when all have met and
 * nothing moves, every credit that was issued is held by exactly one. `SIMULATION_SEED=…` runs one history again.
 */
import { creditsAmong } from '../support/credits-among.ts';
import { describe, expect, it, vi } from 'vitest';
import { assertAllBooks } from '../../enclave/vault/credits/books.ts';
import type { Outgoing, StoredAsset } from '../../enclave/vault/records.ts';
import { parseLaneFrame } from '../../enclave/vault/transfers/lane-keys.ts';
import type { CurrencyId } from '../../protocol/identifiers.ts';
import { chance } from '../support/chance.ts';
import { pairUp, PureNetwork, PureVault } from '../support/pure-vault.ts';

// A PIN costs a fifth of a second each time, by design; OpenSSL's is the same and remembers.
vi.mock('@noble/hashes/argon2.js', () => import('./world/native-argon2.ts'));

const HISTORIES = 8;
const STEPS = 1000;
const PIN = '1234';

interface Town { network: PureNetwork; vaults: PureVault[]; currencies: CurrencyId[]; connect: () => void }

function town(seed: string): Town {
  const network = new PureNetwork();
  const vaults = ['Ada', 'Ben', 'Cy'].map((name) => new PureVault(name, seed, network));
  const pairs = vaults.flatMap((a, i) => vaults.slice(i + 1).map((b) => [a, b] as const));
  for (const [a, b] of pairs) pairUp(network, a, b);
  const currencies = vaults.map((vault, i) => {
    const made = vault.must('credits.createCurrency', { code: `CUR${i}`, decimals: 0, name: 'Credit' });
    vault.call('credits.issue', { currency: made.id, amount: '100' });
    return made.id;
  });
  for (const vault of vaults) vault.call('safety.setPin', { next: PIN });
  const connect = () => {
    for (const [a, b] of pairs) if (![...network.lines.values()].some((line) => line.a === a && line.b === b)) network.connect(a, b);
  };
  return { network, vaults, currencies, connect };
}

/**
 * What exists of a currency, wherever it is, and what its issuers say should. A commit on its way carries `give`; once the
 * destination has taken it, the ACK on its way carries `take`; a NACK carries `give` home.
 */
function total({ vaults }: Town, currency: CurrencyId): { there: bigint; issued: bigint } {
  const sum = (assets: readonly StoredAsset[]) => creditsAmong(assets).reduce((all, asset) => all + (asset.currency === currency ? asset.amount : 0n), 0n);
  let [there, issued] = [0n, 0n];
  for (const vault of vaults) {
    const book = vault.book(currency);
    there += book.held;
    issued += book.issued - book.redeemed;
    for (const [, transfer] of vault.state.all('transfer')) {
      if (transfer.direction !== 'out' || transfer.state === 'offered') continue;
      there += isTaken({ vaults }, transfer) ? sum(transfer.take) : sum(transfer.give);
    }
  }
  return { there, issued };
}

/** True if its destination has taken a commit whose answer its source has not heard yet. */
function isTaken({ vaults }: Pick<Town, 'vaults'>, transfer: Outgoing): boolean {
  if (transfer.state === 'offered') return false;
  const destination = vaults.find(({ instance }) => instance === transfer.contact)!;
  const answer = destination.state.get('answer', `${transfer.lane}/${transfer.seq}`);
  const parsed = answer && parseLaneFrame(answer.frame);
  return parsed?.ok === true && parsed.value.kind === 'ack';
}

function live(place: Town, { of, below }: ReturnType<typeof chance>): void {
  const { network, vaults, currencies } = place;
  const vault = of(vaults);
  const peer = of(vaults.filter((other) => other !== vault));
  const currency = of(currencies);
  const amount = String(1 + below(40));
  const pending = [...vault.state.all('transfer')].map(([id, transfer]) => ({ id: id as never, transfer }));
  const lines = [...network.lines.keys()];
  /** Mostly the right one, given without being asked; now and then none or another. */
  const pin = below(8) ? { pin: PIN } : below(3) ? {} : { pin: '4321' };
  const deeds: [number, () => unknown][] = [
    [6, () => vault.call('transfers.send', { contact: peer.instance, currency, amount, ...pin })],
    [3, () => vault.call('transfers.send', { contact: peer.instance, currency, amount, take: [{ currency: of(currencies), amount: String(1 + below(9)) }], ...pin })],
    [12, () => pending.filter(({ transfer }) => transfer.direction === 'in').forEach(({ id }) => void (below(5) ? vault.call('transfers.accept', { id, ...pin }) : vault.call('transfers.decline', { id })))],
    [1, () => vault.call('safety.setLimit', { currency, amount: below(3) ? String(below(20)) : null, ...pin })],
    [1, () => pending.length && vault.call('transfers.writeOff', { id: of(pending).id })],
    [2, () => pending.length && vault.call('transfers.cancel', { id: of(pending).id })],
    [1, () => vault.call('people.setRule', { contact: peer.instance, rule: below(2) ? { mode: 'ask' } : { mode: 'auto', upTo: [{ currency, amount }] } })],
    [1, () => vault.call('requests.create', { contact: peer.instance, currency, amount })],
    [2, () => [...vault.state.all('request')].filter(([, request]) => request.direction === 'in').slice(0, 1).forEach(([id, request]) => vault.call('transfers.send', { contact: request.contact, currency: request.currency, amount: String(request.amount), request: id as never }))],
    [1, () => vault.call('credits.issue', { currency: currencies[vaults.indexOf(vault)]!, amount })],
    [1, () => vault.call('transfers.send', { contact: vaults[currencies.indexOf(currency)]!.instance, currency, amount, purpose: 'redemption' })],
    [60, () => lines.length && network.deliver(of(lines), below(2) === 0)],
    [6, () => network.settle()],
    [2, () => lines.length && network.cut(of(lines))],
    [1, () => network.crash(vault)],
    [3, () => place.connect()],
  ];
  let pick = below(deeds.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, deed] of deeds) if ((pick -= weight) < 0) return void deed();
}

/** All meet, everyone answers, and nothing is left. */
function settleDown(place: Town): void {
  for (let round = 0; round < 12 && place.vaults.some((vault) => [...vault.state.all('transfer')].length > 0 || round === 0); round++) {
    place.network.settle();
    for (const line of [...place.network.lines.keys()]) place.network.cut(line);
    place.connect();
    place.network.settle();
    for (const vault of place.vaults) {
      for (const [id, transfer] of [...vault.state.all('transfer')]) if (transfer.direction === 'in' && transfer.state === 'offered' && !vault.call('transfers.accept', { id: id as never, pin: PIN }).ok) vault.call('transfers.decline', { id: id as never });
    }
    place.network.settle();
  }
}

describe('three vaults', () => {
  it('conserve every credit through random histories', () => {
    const base = Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const once = process.env['SIMULATION_SEED'] !== undefined;
    let commits = 0;
    const exchanges = new Set<string>();
    for (let run = 0; run < (once ? 1 : HISTORIES); run++) {
      const seed = base + run;
      const place = town(String(seed));
      const dice = chance(seed);
      try {
        for (let at = 0; at < STEPS; at++) {
          live(place, dice);
          for (const vault of place.vaults) {
            assertAllBooks(vault.state);
            for (const [id, transfer] of vault.state.all('transfer')) if (transfer.direction === 'out' && transfer.take.length > 0 && isTaken(place, transfer)) exchanges.add(id);
          }
          for (const currency of place.currencies) {
            const { there, issued } = total(place, currency);
            expect(there, `step ${at}`).toBe(issued);
          }
        }
        settleDown(place);
        for (const currency of place.currencies) {
          const { there, issued } = total(place, currency);
          expect(there).toBe(issued);
          for (const vault of place.vaults) expect(vault.book(currency)).toMatchObject({ transit: 0n, writtenOff: 0n });
        }
        for (const vault of place.vaults) {
          expect([...vault.state.all('transfer')]).toEqual([]);
          commits += [...vault.state.all('lane')].reduce((sum, [, lane]) => sum + (lane.direction === 'in' ? lane.consumedUpTo : 0), 0);
        }
      } catch (cause) {
        throw new Error(`SIMULATION_SEED=${seed} npx vitest run test/simulation/conservation.test.ts: ${String(cause)}`, { cause });
      }
    }
    console.log(`${once ? 1 : HISTORIES} histories of ${STEPS} steps from seed ${base}: ${commits} commits, ${exchanges.size} of them exchanges`);
    expect(commits).toBeGreaterThan(0);
    expect(exchanges.size).toBeGreaterThan(0);
  });
});
