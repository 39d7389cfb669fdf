import { useState } from 'preact/hooks';
import {
  BUCKET_OPERATIONS,
  COLLECTION_OPERATIONS,
  type Operation,
  type Rules,
  type Schema,
} from '../api/schema.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Place } from '../schema/place.tsx';
import { TryRule } from './try-rule.tsx';
import '../parts/table.css';
import './rules-page.css';

/** What a rule is about. */
export interface Subject {
  readonly kind: 'bucket' | 'collection';
  readonly name: string;
}

/** What every operation demands, and a way to try it as somebody else. */
export function RulesPage({ schema }: { readonly schema: Schema }) {
  const [trying, setTrying] = useState<{ subject: Subject; operation: Operation } | null>(null);
  const subjects = [
    ...schema.buckets.map((bucket) => ({ kind: 'bucket' as const, ...bucket })),
    ...schema.collections.map((collection) => ({ kind: 'collection' as const, ...collection })),
  ];
  return (
    <Page title="Rules" note={<span>Admins pass every rule; where there is none, nobody else does.</span>}>
      {subjects.map(({ kind, name, rules }) => (
        <Section
          key={`${kind} ${name}`}
          title={`${kind === 'bucket' ? 'Bucket' : 'Collection'} ${name}`}
          aside={
            kind === 'bucket' &&
            hasFileRules(schema, name) && <Badge kind="accent">files may have rules of their own</Badge>
          }
        >
          <RuleTable
            label={`Rules of ${kind} ${name}`}
            operations={kind === 'bucket' ? BUCKET_OPERATIONS : COLLECTION_OPERATIONS}
            rules={rules}
            onTry={(operation) => setTrying({ subject: { kind, name }, operation })}
          />
        </Section>
      ))}
      {trying !== null && <TryRule {...trying} schema={schema} onClose={() => setTrying(null)} />}
    </Page>
  );
}

function hasFileRules({ buckets }: Schema, name: string): boolean {
  return buckets.find((bucket) => bucket.name === name)?.file_security === true;
}

interface RuleTableProps {
  readonly label: string;
  readonly operations: readonly Operation[];
  readonly rules: Rules;
  readonly onTry: (operation: Operation) => void;
}

function RuleTable({ label, operations, rules, onTry }: RuleTableProps) {
  return (
    <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="table rules-table">
        <thead>
          <tr>
            <th scope="col" class="rules-operation">
              Operation
            </th>
            <th scope="col">Demands</th>
            <th scope="col" class="rules-place">
              Defined at
            </th>
            <th scope="col">
              <span class="visually-hidden">Try</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {operations.map((operation) => {
            const rule = rules[operation];
            return (
              <tr key={operation}>
                <th scope="row">{operation}</th>
                <td>
                  {rule === undefined ? <Badge kind="warn">admins only</Badge> : <code>{rule.text}</code>}
                </td>
                <td class="cell-tight rules-place">{rule !== undefined && <Place at={rule.at} />}</td>
                <td class="cell-tight">
                  <Button small icon="play" onClick={() => onTry(operation)}>
                    Try
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
