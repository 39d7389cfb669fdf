import { render } from 'preact';
import { startSession } from './api/session.ts';
import { App } from './app/app.tsx';
import { watchAddress } from './app/route.ts';
import { showTheme } from './shell/theme.ts';
import { ignoreStrayDrops } from './uploads/stray-drops.ts';
import './styles/tokens.css';
import './styles/base.css';

showTheme();
watchAddress();
ignoreStrayDrops();
void startSession();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
