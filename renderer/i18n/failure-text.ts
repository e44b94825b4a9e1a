/** A failure in the person's language; what the vault itself said where there is no sentence for its code. */
import type { Failure } from '../../protocol/errors.ts';
import { useWords } from './i18n.ts';

export function useFailureText(): (failure: Failure) => string {
  const { t, te } = useWords();
  return (failure) => te(`errors.${failure.code}`) ? t(`errors.${failure.code}`, { ...failure.params }) : failure.detail;
}
