import { useState } from 'preact/hooks';
import { explainRule, type RuleAnswer as Answer } from '../api/rules.ts';
import type { Operation, Schema } from '../api/schema.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSubmit } from '../parts/use-submit.ts';
import { TargetInput, UserInput, type Picked } from './pick-inputs.tsx';
import { RuleAnswer } from './rule-answer.tsx';
import type { Subject } from './rules-page.tsx';

interface TryRuleProps {
  readonly subject: Subject;
  readonly operation: Operation;
  readonly schema: Schema;
  readonly onClose: () => void;
}

const EXAMPLES = {
  bucket: '{ "name": "photo.png", "mime_type": "image/png", "size": 1000 }',
  collection: '{}',
} as const;

/** What would happen if this user did that: nothing is done. */
export function TryRule({ subject, operation, schema, onClose }: TryRuleProps) {
  const [user, setUser] = useState<Picked | null>(null);
  const [target, setTarget] = useState<Picked | null>(null);
  // A new file or record is described; a changed record is one that is there, and what changes.
  const isDescribed = operation === 'create' || (subject.kind === 'collection' && operation === 'update');
  const hasTarget = operation !== 'create';
  const [candidate, setCandidate] = useState<string>(operation === 'create' ? EXAMPLES[subject.kind] : '{}');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const { submit, busy, error } = useSubmit(async () => {
    setAnswer(null);
    if (hasTarget && target === null)
      throw new Error(`Choose a ${subject.kind === 'bucket' ? 'file' : 'record'} first.`);
    setAnswer(
      await explainRule({
        ...subject,
        operation,
        userId: user?.id ?? null,
        targetId: target?.id ?? null,
        candidate: isDescribed ? parseObject(candidate) : null,
      }),
    );
  });
  return (
    <Dialog
      title={`Try “${operation}” on ${subject.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" form="try-rule" busy={busy}>
            Decide
          </Button>
        </>
      }
    >
      <form id="try-rule" class="stack" onSubmit={submit}>
        <UserInput value={user} onChange={setUser} />
        {hasTarget && <TargetInput subject={subject} schema={schema} value={target} onChange={setTarget} />}
        {isDescribed && (
          <Field
            label={operation === 'create' ? 'What is created' : 'What changes'}
            hint="A JSON object. Nothing is written."
          >
            {(control) => (
              <textarea
                {...control}
                class="input input-code"
                spellcheck={false}
                value={candidate}
                onInput={(event) => setCandidate(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
      </form>
      {error !== null && <Notice kind="danger">{error.message}</Notice>}
      {answer !== null && <RuleAnswer answer={answer} />}
    </Dialog>
  );
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('This must be a JSON object.');
  }
  return value as Record<string, unknown>;
}
