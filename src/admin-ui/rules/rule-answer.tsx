import type { DecidingCondition, RuleAnswer as Answer } from '../api/rules.ts';
import { Notice } from '../parts/notice.tsx';
import { Place } from '../schema/place.tsx';

/** The decision, and in the rule's text what decided it. */
export function RuleAnswer({ answer }: { readonly answer: Answer }) {
  const { allowed, message, rule, conditions } = answer;
  return (
    <div class="stack" role="status">
      <Notice kind={allowed ? 'good' : 'warn'}>{message}</Notice>
      {rule !== null && (
        <>
          <div class="rule-text">{marked(rule.text, conditions)}</div>
          <p class="field-hint">{rule.at === null ? 'A rule of the file itself.' : <Place at={rule.at} />}</p>
        </>
      )}
    </div>
  );
}

/** The text in pieces, with those that decided set apart. */
function marked(text: string, conditions: readonly DecidingCondition[]) {
  const inOrder = [...conditions].sort((a, b) => a.start - b.start);
  let at = 0;
  const pieces = inOrder.flatMap(({ start, end, value, error }) => {
    const before = text.slice(at, start);
    at = end;
    const state = value === null ? 'unknown' : String(value);
    return [
      before,
      <mark key={start} class={`is-${state}`} title={error ?? `is ${state}`}>
        {text.slice(start, end)}
        <span class="visually-hidden"> ({error ?? `is ${state}`})</span>
      </mark>,
    ];
  });
  return [...pieces, text.slice(at)];
}
