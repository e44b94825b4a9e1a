/** What lies over a page's picture: its links, and its words where the terms allow them. Fetched after the pictures. */
import { shallowRef } from 'vue';
import type { LinkTarget, Rect } from '../../../protocol/contracts/reader.contract.ts';
import type { WalletClient } from '../../wallet/link.ts';

export interface PageText { readonly text: string; readonly rect: Rect }
export interface PageLink { readonly rect: Rect; readonly target: LinkTarget }
export interface PageExtras { readonly links: readonly PageLink[]; readonly lines: readonly PageText[] }

export interface PageExtrasOptions {
  readonly client: Pick<WalletClient, 'reading.links' | 'reading.text'>;
  readonly book: number;
  /** Whether the terms let words out. */
  readonly text: boolean;
  /** Most pages of which they are kept. */
  readonly limit: number;
}

export function usePageExtras({ client, book, text, limit }: PageExtrasOptions) {
  const extras = shallowRef<ReadonlyMap<number, PageExtras>>(new Map());
  let age = 0;
  return {
    extras,
    /** Pages are other pages now. */
    forget(): void {
      age += 1;
      extras.value = new Map();
    },
    /** @param wanted whether somebody is still there; asked after each page */
    async fill(pages: readonly number[], wanted: () => boolean): Promise<void> {
      const mine = age;
      for (const page of pages) {
        if (extras.value.has(page)) continue;
        const links = await client['reading.links']({ book, page });
        const lines = text ? await client['reading.text']({ book, page }) : null;
        if (mine !== age) return;
        const known = [...extras.value].slice(1 - limit);
        extras.value = new Map([...known, [page, { links: links.ok ? links.value : [], lines: lines?.ok ? lines.value : [] }]]);
        if (!wanted()) return;
      }
    },
  };
}
