import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Store, useStore } from './store.ts';

interface News {
  readonly title: string;
  readonly text: ComponentChildren;
}

interface Question extends News {
  /** The verb on the button that goes on. */
  readonly action: string;
  readonly danger?: boolean;
  /** Nothing is asked: there is one button, and it closes. */
  readonly isNews?: boolean;
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

/** Tells what must not be overlooked, until somebody has read it. */
export async function tell(news: News): Promise<void> {
  await confirmFirst({ ...news, action: 'Understood', isNews: true });
}

/** Where questions of `confirmFirst` and news of `tell` appear. */
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
          {question.isNews !== true && <Button onClick={() => answer(false)}>Cancel</Button>}
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
