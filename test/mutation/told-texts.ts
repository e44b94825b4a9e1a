/**
 * Texts for people are not mutated: a sentence can be worded anew without anything else being wrong, and no test compares
 * wordings. Codes are what counts; that each has its row in the table of errors is for test/house to see.
 */
import type { Ignorer } from '@stryker-mutator/api/ignore';

interface Node { readonly type: string; readonly value?: unknown; readonly quasis?: readonly { readonly value: { readonly raw: string } }[]; readonly callee?: { readonly name?: string } }
interface Path { readonly node: Node; readonly parent?: Node }

const textOf = (node: Node): string | null =>
  node.type === 'StringLiteral' ? String(node.value) : node.type === 'TemplateLiteral' ? (node.quasis ?? []).map(({ value }) => value.raw).join('…') : null;

/** In the form that Stryker's instrumenter asks for. */
export const toldTexts: Ignorer = {
  shouldIgnore(path) {
    const { node, parent } = path as Path;
    const text = textOf(node);
    if (text === null) return undefined;
    if (parent?.type === 'NewExpression' && parent.callee?.name === 'Error') return 'what an invariant says when it is broken';
    return /^[A-Z…].* .*\.$/s.test(text) ? 'a sentence for people' : undefined;
  },
};
