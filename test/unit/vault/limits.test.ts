/** Every bound of the vault is met once on each side of it: the last that is let through, and the first that is not. */
import { describe, expect, it } from 'vitest';
import type { CurrencyId, InstanceId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT, MAX_LANE_WINDOW, MAX_MEMO_CHARS, MAX_NAME_CHARS, MAX_OPEN_OFFERS, MAX_OPEN_REQUESTS, MAX_SESSIONS } from '../../../protocol/limits.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { PureNetwork, PureVault, pairUp } from '../../support/pure-vault.ts';
import { fundedPair } from '../../support/vault-pair.ts';
import { TeaVault } from '../../support/tea-vault.ts';

function funded(seed: string, amount = '100000'): { network: PureNetwork; ada: PureVault; ben: PureVault; line: number; tea: CurrencyId } {
  const network = new PureNetwork();
  const [ada, ben] = [new TeaVault(seed, { network, issued: amount }), new PureVault('Ben', seed, network)];
  return { network, ada, ben, line: pairUp(network, ada, ben), tea: ada.tea };
}
const send = (from: PureVault, to: PureVault, currency: CurrencyId, amount = '1', extra: object = {}) => from.call('transfers.send', { contact: to.instance, currency, amount, ...extra });
const TOO_MANY = { ok: false, failure: { code: 'too_many' } };

describe('a limit', () => {
  it('of open offers holds for my own, and is free again when one is answered', () => {
    const { network, ada, ben, tea } = funded('offers');
    for (let n = 0; n < MAX_OPEN_OFFERS; n++) expect(send(ada, ben, tea).ok).toBe(true);
    expect(send(ada, ben, tea)).toMatchObject(TOO_MANY);
    network.settle();
    const [first] = [...ben.state.all('transfer')];
    ben.call('transfers.decline', { id: first![0] as TransferId });
    network.settle();
    expect(send(ada, ben, tea).ok).toBe(true);
  });

  it('of declined offers is none: each is forgotten once its source has heard', () => {
    const { network, ada, ben, tea } = funded('declined');
    for (let n = 0; n < MAX_OPEN_OFFERS + 5; n++) {
      const sent = send(ada, ben, tea);
      network.settle();
      expect(sent.ok && ben.call('transfers.decline', { id: sent.value.id }).ok, `offer ${n}`).toBe(true);
      network.settle();
    }
    expect(ben.size('transfer')).toBe(0);
  });

  it('of open requests holds, and declined ones do not count', () => {
    const { network, ada, ben, tea } = funded('requests');
    const ask = () => ada.call('requests.create', { contact: ben.instance, currency: tea, amount: '1' });
    for (let n = 0; n < MAX_OPEN_REQUESTS; n++) expect(ask().ok).toBe(true);
    expect(ask()).toMatchObject(TOO_MANY);
    network.settle();
    expect(ben.size('request')).toBe(MAX_OPEN_REQUESTS);
    for (const [id] of [...ben.state.all('request')]) ben.call('requests.decline', { id: id as never });
    network.settle();
    expect(ask().ok).toBe(true);
    network.settle();
    expect(ben.size('request')).toBe(1);
  });

  it('of what is in transit on one lane holds, and the memory of both sides stays small once it has arrived', () => {
    const { network, ada, ben, line, tea } = funded('window');
    send(ada, ben, tea);
    network.settle();
    ben.call('transfers.accept', { id: [...ben.state.all('transfer')][0]![0] as TransferId });
    ben.call('people.setRule', { contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '5' }] } });
    network.settle();
    network.cut(line);
    const second = network.connect(ada, ben);
    network.settle();
    const before = [ada.size(), ben.size()];
    for (let n = 0; n < MAX_LANE_WINDOW; n++) expect(send(ada, ben, tea)).toMatchObject({ value: { state: 'in-transit' } });
    expect(send(ada, ben, tea)).toMatchObject(TOO_MANY);
    expect(ada.book(tea).transit).toBe(BigInt(MAX_LANE_WINDOW));
    // All are lost with the line, and said again on the next.
    network.cut(second);
    for (const vault of [ada, ben]) vault.crash();
    network.connect(ada, ben);
    network.settle();
    expect(ada.book(tea).transit).toBe(0n);
    expect(ben.book(tea).held).toBe(BigInt(MAX_LANE_WINDOW) + 1n);
    network.connect(ada, ben);
    network.settle();
    expect([ada.size(), ben.size()]).toEqual(before);
  });

  it('of sessions with one contact holds', async () => {
    const { ada, network, settle, ben } = await fundedPair('sessions');
    for (let n = 0; n < MAX_SESSIONS + 3; n++) {
      network.connect(ben, ada);
      if (n % 16 === 0) await settle();
    }
    await settle();
    // One contact has four at most; the oldest make room.
    const [met, ended] = (['met', 'hang-up'] as const).map((wanted) => ada.emitted.filter(({ type }) => type === wanted).length);
    expect((met ?? 0) - (ended ?? 0)).toBe(4);
    expect((await ada.must('people.contacts', {})).map(({ online }) => online)).toEqual([true]);
    expect(ada.fault).toBeNull();
  });

  it('of what can exist of a currency holds, also against what comes back', () => {
    const { ada, tea } = funded('amount', String(MAX_AMOUNT));
    expect(ada.call('credits.issue', { currency: tea, amount: '1' })).toMatchObject({ ok: false, failure: { code: 'amount_overflow' } });
    expect(ada.call('credits.retire', { currency: tea, amount: '1' }).ok).toBe(true);
    expect(ada.call('credits.issue', { currency: tea, amount: '1' }).ok).toBe(true);
  });

  it('of lanes is one for a contact that is forgotten and found again', () => {
    const { network, ada, ben, tea } = funded('lanes');
    for (let n = 0; n < 20; n++) {
      ada.call('people.forget', { contact: ben.instance });
      ben.call('people.forget', { contact: ada.instance });
      pairUp(network, ada, ben);
      expect(send(ada, ben, tea).ok, `time ${n}`).toBe(true);
      network.settle();
      expect(ben.size('transfer')).toBe(1);
    }
    expect(ben.size('lane')).toBe(2);
  });

  it('of a text is counted after composing, which can make it longer', async () => {
    const { ada, ben, network, currency, settle } = await fundedPair('texts');
    // U+0958 composes to two characters.
    const grows = (length: number) => '\u0958'.repeat(length);
    const pay = (memo: string) => ada.call('transfers.send', { contact: ben.instance as InstanceId, currency: currency as CurrencyId, amount: '1', memo });
    expect(await pay(grows(MAX_MEMO_CHARS / 2))).toMatchObject({ ok: true });
    expect(await pay(grows(MAX_MEMO_CHARS / 2 + 1))).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    expect(await ada.call('wallet.rename', { name: grows(MAX_NAME_CHARS) })).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    await settle();
    expect(await ben.must('transfers.pending', {})).toHaveLength(1);
    expect(network.queue).toEqual([]);
    expect(ada.fault).toBeNull();
  });
});

describe('a wrong PIN', () => {
  it('costs nothing three times, then half a minute, then twice as long each time, up to an hour; it never wipes anything', async () => {
    const ada = new MemoryHost('Ada', 'pin');
    await ada.boot(true);
    await ada.must('safety.setPin', { next: '1234' });
    const delays: number[] = [];
    for (let n = 0; n < 12; n++) {
      expect(await ada.call('safety.setPin', { current: '9999', next: null })).toMatchObject({ ok: false, failure: { code: 'pin_wrong' } });
      const { retryAt, failures } = await ada.must('safety.status', {});
      expect(failures).toBe(n + 1);
      delays.push(retryAt === null ? 0 : (retryAt - ada.now) / 1000);
      if (retryAt === null) continue;
      ada.now = retryAt - 1;
      expect(await ada.call('safety.setPin', { current: '1234', next: null })).toMatchObject({ ok: false, failure: { code: 'pin_delayed' } });
      // Turning the clock back does not shorten it.
      if (n === 5) {
        ada.now -= 10 * 60_000;
        expect(await ada.call('safety.setPin', { current: '1234', next: null })).toMatchObject({ ok: false, failure: { code: 'pin_delayed' } });
        ada.crash();
        await ada.boot();
        ada.now += 10 * 60_000;
      }
      const again = (await ada.must('safety.status', {})).retryAt;
      if (again !== null) ada.now = again;
    }
    expect(delays).toEqual([0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    expect(await ada.call('safety.setPin', { current: '1234', next: null })).toMatchObject({ ok: true });
  });

  it('of a carrier’s names for its ends holds: other characters or more of them begin no meeting', async () => {
    const connect = async (localPeer: string) => {
      const ada = new MemoryHost('Ada', 'ends');
      await ada.boot(true);
      ada.runtime.handle({ type: 'connected', now: ada.now, connection: 1, role: 'initiator', localPeer, remotePeer: 'ben', expect: null, strangersWelcome: true });
      await ada.settled();
      return [ada.fault, ada.emitted.some(({ type }) => type === 'send')];
    };
    for (const name of ['12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf', 'a'.repeat(128)]) expect(await connect(name)).toEqual([null, true]);
    for (const name of ['', 'a'.repeat(129), 'é', 'e\u0301', '\ud800', '\ufeffben', 'a\n']) expect(await connect(name)).toEqual([null, false]);
  });
});
