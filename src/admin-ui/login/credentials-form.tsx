import { useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSubmit } from '../parts/use-submit.ts';

interface CredentialsFormProps {
  /** What the button says. */
  readonly action: string;
  /** Known when the session has lapsed: it is clear then who was here. */
  readonly email?: string | undefined;
  /** The shortest password that may be chosen; left out where one that exists is asked for. */
  readonly minLength?: number;
  readonly onSubmit: (email: string, password: string) => Promise<void>;
}

/** Email and password. */
export function CredentialsForm({ action, email: known, minLength, onSubmit }: CredentialsFormProps) {
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const { submit, busy, error } = useSubmit(() => onSubmit(email, password));
  const isNew = minLength !== undefined;
  return (
    <form onSubmit={submit}>
      {error !== null && <Notice kind="danger">{error.message}</Notice>}
      <Field label="Email">
        {(control) => (
          <input
            {...control}
            class="input"
            type="email"
            name="email"
            autoComplete="username"
            autofocus={known === undefined}
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Password" {...(isNew && { hint: `At least ${minLength} characters.` })}>
        {(control) => (
          <input
            {...control}
            class="input"
            type="password"
            name="password"
            autoComplete={isNew ? 'new-password' : 'current-password'}
            autofocus={known !== undefined}
            required
            minLength={minLength}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      <Button kind="primary" type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
