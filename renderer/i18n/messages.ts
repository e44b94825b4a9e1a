/** Messages of one feature, both languages side by side. The type makes the two carry the same keys. */
export interface MessageTree { readonly [key: string]: string | MessageTree }

type SameShape<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameShape<T[K]> };

/** @returns its argument; exists to compare the two languages at compile time. */
export const messages = <T extends MessageTree>(catalogue: { readonly en: T; readonly de: SameShape<NoInfer<T>> }): { readonly en: T; readonly de: SameShape<T> } => catalogue;
