/** What is in sight of an open book: pages, and of a column where each of them lies. */
import type { Failure } from '../../../protocol/errors.ts';
import type { Slot } from './page-column.ts';
import type { Geometry } from './page-geometry.ts';
import type { PageImage } from './page-image.ts';

export interface ShownPage { readonly number: number; readonly image: PageImage | undefined; readonly failure: Failure | undefined }
/**
 * What scrolls, in CSS pixels: how high it is, where it should stand, where in it each of the shown pages lies, and how much
 * of their empty edges above and below is cut off.
 */
export interface ShownColumn { readonly height: number; readonly top: number; readonly slots: readonly Slot[]; readonly trim: number }
/** What the pages in sight were drawn for. */
export interface Look { readonly geometry: Geometry; readonly zoom: number }

export const isReady = ({ image, failure }: ShownPage): boolean => image !== undefined || failure !== undefined;
export const sameShown = (one: readonly ShownPage[], other: readonly ShownPage[]): boolean =>
  one.length === other.length && one.every(({ number, image, failure }, at) => number === other[at]?.number && image === other[at]?.image && failure === other[at]?.failure);
