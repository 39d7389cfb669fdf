import { AlyxError, isAlyxError } from '../generated/index.js';
import { alyx } from './alyx.ts';
import { element } from './element.ts';

export function loginPage(): HTMLElement {
  const email = element('input', { type: 'email', name: 'email', autocomplete: 'email', required: true });
  const password = element('input', {
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const message = element('p', { className: 'error', role: 'alert' });
  const login = element('button', { type: 'submit', className: 'primary' }, 'Log in');
  const register = element('button', { type: 'button' }, 'Create an account');
  const form = element(
    'form',
    { className: 'card' },
    element('h1', {}, 'Photo album'),
    element('p', { className: 'hint' }, 'Your pictures, for your eyes only.'),
    element('label', {}, 'E-mail', email),
    element('label', {}, 'Password', password),
    message,
    element('div', { className: 'row' }, login, register),
  );

  const enter = async (how: 'login' | 'register') => {
    if (!form.reportValidity()) return;
    message.textContent = '';
    login.disabled = register.disabled = true;
    try {
      await alyx.auth[how]({ email: email.value, password: password.value });
    } catch (error) {
      message.textContent = explain(error);
    } finally {
      login.disabled = register.disabled = false;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void enter('login');
  });
  register.addEventListener('click', () => void enter('register'));
  return element('main', { className: 'login' }, form);
}

function explain(error: unknown): string {
  if (isAlyxError(error, 'RATE_LIMITED'))
    return `Too many attempts; try again in ${error.retryAfter ?? 60} seconds.`;
  if (error instanceof AlyxError) return error.message;
  throw error;
}
