/** Covers of the books on the shelf, kept as long as the window. One that is not there yet is asked for again when some have come. */
import { type Ref, onScopeDispose, ref, watch } from 'vue';
import { useWalletLink } from './link.ts';

/** Of so many the newest stay: a screen shows about thirty, a cover has some 200 kB. */
const MAX_COVERS = 200;

const covers = new Map<string, string>();

export const pictureOf = (png: string): string => `data:image/png;base64,${png}`;

/** The cover of a book's content as an address of a picture; null until there is one. Asked for once `wanted`. */
export function useCover(content: () => string | null, wanted: Ref<boolean>): Ref<string | null> {
  const { client, onTopics } = useWalletLink();
  const cover = ref<string | null>(null);
  let gone = false;
  const look = async (): Promise<void> => {
    const now = content();
    cover.value = now === null ? null : covers.get(now) ?? null;
    if (now === null || cover.value !== null || !wanted.value) return;
    const answer = await client['reading.cover']({ content: now });
    if (!answer.ok || answer.value.png === null) return;
    const picture = pictureOf(answer.value.png);
    covers.set(now, picture);
    for (const oldest of covers.keys()) if (covers.size > MAX_COVERS) covers.delete(oldest);
    if (!gone && content() === now) cover.value = picture;
  };
  watch([content, wanted], look, { immediate: true });
  const stop = onTopics(['covers'], () => { if (cover.value === null) void look(); });
  onScopeDispose(() => {
    gone = true;
    stop();
  });
  return cover;
}
