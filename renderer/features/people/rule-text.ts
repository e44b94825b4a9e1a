/** A contact's rule in a few words. */
import type { CurrencyView, Rule } from '../../../protocol/contracts/views.ts';
import { displayAmount } from '../../i18n/number-format.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCredits } from '../../wallet/credits.store.ts';

export function useRuleText(): (rule: Rule) => string {
  const { t, locale } = useWords();
  const credits = useCredits();
  const shown = (currency: CurrencyView, amount: string): string => `${displayAmount(amount, currency.decimals, locale.value)} ${currency.code}`;
  return (rule) => {
    if (rule.mode === 'ask') return t('people.ruleAsk');
    const amounts = rule.upTo.map(({ currency, amount }) => {
      const known = credits.of(currency)?.currency;
      return known ? shown(known, amount) : null;
    }).filter((text) => text !== null);
    return t('people.ruleAuto', { amounts: new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(amounts) });
  };
}
