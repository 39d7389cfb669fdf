import { useState } from 'preact/hooks';
import type { Collection, SchemaField } from '../api/schema.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { choicesOf, controlOf } from './field-control.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  eq: 'is',
  ne: 'is not',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  like: 'matches (with % and _)',
  contains: 'contains',
  in: 'is one of (comma-separated)',
  is_null: 'is empty',
  not_null: 'is not empty',
};
const UNARY = ['is_null', 'not_null'];

interface FilterBarProps {
  readonly collection: Collection;
  /** `field:op:value` each. */
  readonly filters: readonly string[];
  readonly onChange: (filters: readonly string[]) => void;
}

/** The conditions that records must meet, all of them. */
export function FilterBar({ collection, filters, onChange }: FilterBarProps) {
  const [adding, setAdding] = useState(false);
  return (
    <div class="filters">
      {filters.map((filter) => (
        <span key={filter} class="filter-chip">
          {describe(filter)}
          <IconButton
            small
            icon="close"
            label={`Remove filter ${describe(filter)}`}
            onClick={() => onChange(filters.filter((other) => other !== filter))}
          />
        </span>
      ))}
      <Button icon="filter" onClick={() => setAdding(true)}>
        Filter
      </Button>
      {adding && (
        <NewFilter
          collection={collection}
          onClose={() => setAdding(false)}
          onAdd={(filter) => {
            onChange([...filters.filter((other) => other !== filter), filter]);
            setAdding(false);
          }}
        />
      )}
    </div>
  );
}

function describe(filter: string): string {
  const [field = '', operator = '', ...value] = filter.split(':');
  const words = (OPERATORS[operator] ?? operator).replace(/ \(.*/, '');
  return UNARY.includes(operator) ? `${field} ${words}` : `${field} ${words} ${value.join(':')}`;
}

interface NewFilterProps {
  readonly collection: Collection;
  readonly onClose: () => void;
  readonly onAdd: (filter: string) => void;
}

function NewFilter({ collection, onClose, onAdd }: NewFilterProps) {
  const [name, setName] = useState(collection.fields.find(({ primary }) => !primary)?.name ?? '');
  const field = collection.fields.find((known) => known.name === name);
  const operators = field === undefined ? [] : operatorsOf(field);
  const [chosen, setChosen] = useState('eq');
  const operator = operators.includes(chosen) ? chosen : (operators[0] ?? 'is_null');
  const [value, setValue] = useState('');
  const isUnary = UNARY.includes(operator);
  return (
    <Dialog
      title="Add a filter"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-filter">
            Add
          </Button>
        </>
      }
    >
      <form
        id="new-filter"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onAdd(isUnary ? `${name}:${operator}` : `${name}:${operator}:${value}`);
        }}
      >
        <Field label="Field">
          {(control) => (
            <select
              {...control}
              class="input"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            >
              {collection.fields.map(({ name: option }) => (
                <option key={option}>{option}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Condition">
          {(control) => (
            <select
              {...control}
              class="input"
              value={operator}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {operators.map((option) => (
                <option key={option} value={option}>
                  {OPERATORS[option]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {!isUnary && field !== undefined && (
          <Field label="Value" {...(hintOf(field) !== null && { hint: hintOf(field) })}>
            {(control) => (
              <input
                {...control}
                class="input"
                required={operator !== 'eq' && operator !== 'ne'}
                value={value}
                onInput={(event) => setValue(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
      </form>
    </Dialog>
  );
}

/** What the API takes for the type; it refuses the others. */
function operatorsOf(field: SchemaField): readonly string[] {
  const control = controlOf(field);
  if (field.type === 'blob') return UNARY;
  if (control === 'choices' || control === 'files' || field.type === 'json') return ['contains', ...UNARY];
  const ordered = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in'];
  const isText = !['number', 'check', 'moment', 'blob'].includes(control);
  return isText ? ['contains', 'like', ...ordered, ...UNARY] : [...ordered, ...UNARY];
}

function hintOf(field: SchemaField): string | null {
  const control = controlOf(field);
  if (control === 'choice' || control === 'choices') return `One of ${choicesOf(field).join(', ')}.`;
  if (control === 'check') return 'true or false.';
  if (control === 'moment') return 'Such as 2026-11-24T09:30:00Z.';
  return control === 'date' ? 'Such as 2026-11-24.' : null;
}
