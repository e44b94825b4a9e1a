/**
 * Every method of the vault's contract, called with anything: it answers in the agreed shape or with a code, a refusal
 * leaves everything as it was but for a counted try at the PIN, and what came of it opens again with its books whole.
 */
import { ReplySchema } from '../../../protocol/contracts/contract.ts';
import { type VaultMethod, vaultContract } from '../../../protocol/contracts/vault.contract.ts';
import { bytesIn } from '../../../enclave/runtime/input-queue.ts';
import { ACCEPTED, type Target, codeOf, mustBeBounded, mustHold, valueTarget, WITHOUT_TROUBLE } from '../engine/target.ts';
import { type VaultWorld, durableStateOf, openVaultWorld, withNames } from './vault-world.ts';

/** Hashing a PIN takes that much longer than anything else. */
const WITH_PIN = ['safety.setPin'];
/** Whole lists come back whatever was asked. */
const ROOM_FOR_LISTS = 200_000;

/** The wallet of the last call, as long as nothing has changed in it. */
let world: Promise<VaultWorld> | null = null;

async function callVault(method: VaultMethod, input: unknown) {
  const { ada, names } = await (world ??= openVaultWorld());
  const before = durableStateOf(ada);
  const given = withNames(input, names);
  const result = await ada.callAnything(method, given);
  await ada.settled();
  mustHold(ada.fault === null, `the vault stopped: ${ada.fault?.code} ${ada.fault?.detail}`);
  mustBeBounded(result, bytesIn(given, 1e9) + ROOM_FOR_LISTS);
  const changed = durableStateOf(ada) !== before;
  if (!result.ok) {
    mustHold(!changed || result.failure.code === 'pin_wrong', `${result.failure.code}, and the wallet is another one`);
    mustHold(ReplySchema.safeParse({ id: 1, ok: false, failure: result.failure }).success, 'a refusal that cannot be passed on');
    return codeOf(result.failure, WITHOUT_TROUBLE);
  }
  const value = vaultContract[method].output.safeParse(result.value);
  mustHold(value.success, `the answer is not of the agreed shape: ${value.error?.issues[0]?.path.join('.')} ${value.error?.issues[0]?.message}`);
  const isCommand = vaultContract[method].kind === 'command';
  mustHold(isCommand || !changed, 'a query changed something');
  if (isCommand) {
    world = null;
    ada.crash();
    await ada.boot();
    mustHold(ada.fault === null, `what it left does not open: ${ada.fault?.code} ${ada.fault?.detail}`);
  }
  return ACCEPTED;
}

export const VAULT_METHOD_TARGETS: readonly Target[] = (Object.keys(vaultContract) as VaultMethod[]).map((method) => valueTarget(`vault/${method}`, {
  covers: [`vaultContract:${method}`], cost: WITH_PIN.includes(method) ? 600 : vaultContract[method].kind === 'command' ? 60 : 20,
  run: (input) => callVault(method, input),
}));
