import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Store, useStore } from './store.ts';

interface Question {
  readonly title: string;
  readonly text: ComponentChildren;
  /** The verb on the button that goes on. */
  readonly action: string;
  readonly danger?: boolean;
}

const asked = new Store<{ readonly question: Question; readonly answer: (yes: boolean) => void } | null>(
  null,
);

/** Asks before something that cannot be undone. */
export function confirmFirst(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.set({
      question,
      answer: (yes) => {
        asked.set(null);
        resolve(yes);
      },
    });
  });
}

/** Where questions of `confirmFirst` appear. */
export function ConfirmRegion() {
  const current = useStore(asked);
  if (current === null) return null;
  const { question, answer } = current;
  return (
    <Dialog
      title={question.title}
      onClose={() => answer(false)}
      footer={
        <>
          <Button onClick={() => answer(false)}>Cancel</Button>
          <Button kind={question.danger === true ? 'danger' : 'primary'} onClick={() => answer(true)}>
            {question.action}
          </Button>
        </>
      }
    >
      <div>{question.text}</div>
    </Dialog>
  );
}
