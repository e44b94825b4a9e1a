/** The credits among the assets of a transfer, in whichever of their three forms. */
export const creditsAmong = <A extends { readonly kind: string }>(assets: readonly A[]): Extract<A, { kind: 'credit' }>[] =>
  assets.filter((asset): asset is Extract<A, { kind: 'credit' }> => asset.kind === 'credit');
