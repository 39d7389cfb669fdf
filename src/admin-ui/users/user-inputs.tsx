import { Field } from '../parts/field.tsx';

interface InputProps {
  readonly value: string;
  readonly error?: string | null | undefined;
  readonly onChange: (value: string) => void;
}

export function EmailInput({ value, error, onChange }: InputProps) {
  return (
    <Field label="Email" error={error}>
      {(control) => (
        <input
          {...control}
          class="input"
          type="email"
          autoComplete="off"
          required
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function PasswordInput({
  value,
  error,
  onChange,
  label,
  required,
}: InputProps & { readonly label: string; readonly required: boolean }) {
  return (
    <Field
      label={label}
      error={error}
      {...(!required && { hint: 'Leave empty to keep it. A new one logs them out everywhere.' })}
    >
      {(control) => (
        <input
          {...control}
          class="input"
          type="password"
          autoComplete="new-password"
          required={required}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function RoleInput({ value, onChange }: InputProps) {
  return (
    <Field
      label="Role"
      hint={value === 'admin' ? 'Passes every rule, and may use this UI.' : 'Bound by the rules.'}
    >
      {(control) => (
        <select
          {...control}
          class="input"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value="user">user</option>
          <option value="admin">admin</option>
        </select>
      )}
    </Field>
  );
}
