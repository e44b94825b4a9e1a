/** How this person likes to read; one for all books, kept by the host. A change shows at once and is kept a moment later. */
import { onScopeDispose, ref, shallowRef } from 'vue';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import type { WalletClient } from '../../wallet/link.ts';
import { AT_FIRST } from './setting-steps.ts';

/** Somebody who tries sizes presses a key ten times in two seconds. */
const KEEP_AFTER_MS = 400;

export function useReadingSettings(client: Pick<WalletClient, 'readingSettings.get' | 'readingSettings.set'>) {
  const settings = shallowRef<ReadingSettings>(AT_FIRST);
  const known = ref(false);
  let unkept: Partial<ReadingSettings> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keep = (): void => {
    clearTimeout(timer);
    const change = unkept;
    unkept = {};
    if (Object.keys(change).length > 0) void client['readingSettings.set'](change);
  };
  const change = (part: Partial<ReadingSettings>): void => {
    settings.value = { ...settings.value, ...part };
    unkept = { ...unkept, ...part };
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_AFTER_MS);
  };
  void client['readingSettings.get']({}).then((result) => {
    if (result.ok) settings.value = { ...result.value, ...unkept };
    known.value = true;
  });
  onScopeDispose(keep);
  return { settings, known, change };
}
